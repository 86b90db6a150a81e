"""After an import: moves what was imported to `done`, and what was not taken to `refused`, with a report."""

import os
import shutil
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import NamedTuple

from belib_platform.markdown import literal
from belib_platform.recordings.inbox.folders import Inbox
from belib_platform.recordings.manifest import NAME
from belib_platform.recordings.recorded_file import BODY_LIMIT

REPORT = "report.md"


class Moved(NamedTuple):
    """The new paths of imported and of refused files; None if there are none."""

    done: Path | None
    refused: Path | None


def move_imported(inbox: Inbox, path: Path, refused: Sequence[tuple[str, str]], files: Collection[Path]) -> Moved:
    """Move what was dropped: `files`, from which something was refused, to `refused`, and the rest to `done`.

    `refused` are pairs of a file and the reason. Nothing is overwritten. If the process is killed, the rest stays in
    the inbox and is imported again.
    """
    inbox.make()
    place = None
    if refused:
        place = _free(inbox.refused / path.name)
        place.mkdir()
        (place / REPORT).write_text(_report(path, refused), encoding="utf-8", errors="replace")
        _copy_manifest(path, place)
        for file in sorted(files):
            _move_within(path, file, place)
    if path.is_dir() and not path.is_symlink():
        _remove_empty_folders(path)
    if not os.path.lexists(path):
        return Moved(None, place)
    done = _free(inbox.done / path.name, "" if path.is_dir() else path.suffix)
    shutil.move(path, done)
    return Moved(done, place)


def _free(wanted: Path, suffix: str = "") -> Path:
    """The path, or the first free one with a number before its suffix."""
    begin = wanted.name.removesuffix(suffix)
    names = (wanted.name if n == 1 else f"{begin}-{n}{suffix}" for n in count(1))
    return next(path for name in names if not os.path.lexists(path := wanted.with_name(name)))


def _report(path: Path, refused: Sequence[tuple[str, str]]) -> str:
    lines = [
        f"# Refused: {literal(path.name)}",
        "",
        f"Not taken on {datetime.now(UTC):%Y-%m-%d %H:%M} UTC: {len(refused):,}. All others are history now.",
        "What can be mended may be dropped into the inbox again, with this folder.",
        "",
    ]
    for shown, reason in refused:
        name = shown.removeprefix(str(path)).lstrip("/") or path.name
        lines.append(f"- {literal(name.removeprefix(', '))}: {literal(reason)}")
    return "\n".join([*lines, ""])


def _copy_manifest(path: Path, place: Path) -> None:
    """Copied, since refused files need their times when they are dropped again."""
    manifest = path / NAME
    if manifest.is_file() and not manifest.is_symlink() and manifest.stat().st_size <= BODY_LIMIT:
        shutil.copy2(manifest, place / NAME)


def _move_within(path: Path, file: Path, place: Path) -> None:
    if not file.is_relative_to(path) or not os.path.lexists(file):
        return  # a file that a manifest names and that is not there
    target = place / (file.relative_to(path) if file != path else path.name)
    if target == place / NAME and target.exists():
        target.unlink()  # the copy of just this file
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(file, _free(target, target.suffix))


def _remove_empty_folders(path: Path) -> None:
    for here, _, _ in os.walk(path, topdown=False):
        if not any(Path(here).iterdir()):
            Path(here).rmdir()
