"""The lock that a running `belib up` holds for its life, with a note of where it is."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from belib_platform.files.locks import Taken, is_taken, lock
from belib_platform.local.errors import StoresError
from belib_platform.local.processes import wait_until
from belib_platform.local.users import holders

NAME = "up.lock"


@dataclass(frozen=True)
class RunningUp:
    """A `belib up`: its process, and the address of Dagster's UI."""

    pid: int
    url: str


@contextmanager
def only_up(home: Path, url: str) -> Iterator[None]:
    """Be the one `belib up` of the home for the time of the block; raises StoresError when there is one."""
    with without_up(home) as file:
        file.truncate(0)
        file.write(json.dumps(asdict(RunningUp(os.getpid(), url))))
        file.flush()
        yield


@contextmanager
def without_up(home: Path) -> Iterator[IO[str]]:
    """Keep every other `belib up` from the home for the time of the block; raises StoresError when one runs."""
    try:
        with lock(_file(home), wait=False) as file:
            yield file
    except Taken:
        running = running_up(home)
        where = f" at {running.url}" if running else ""
        raise StoresError(f"`belib up` already runs for {home}{where}; `belib down` stops it.") from None


def running_up(home: Path) -> RunningUp | None:
    """The `belib up` of the home, known by its lock and by having that open; None when none runs. Reads only."""
    found: list[RunningUp] = []
    # Whoever has just taken the lock may not have written its note yet, and one who was killed has left its own.
    wait_until(lambda: not is_held(home) or _read(home, found), timeout_s=2.0)
    return found[0] if found else None


def is_held(home: Path) -> bool:
    """Whether `belib up` runs on the home, or a command that lets none begin."""
    return _file(home).exists() and is_taken(_file(home))


def is_still(running: RunningUp, home: Path) -> bool:
    """Whether it is the same `belib up` that runs."""
    return is_held(home) and _note(home) == running


def _file(home: Path) -> Path:
    return home / NAME


def _read(home: Path, found: list[RunningUp]) -> bool:
    note = _note(home)
    if note is None or note.pid not in holders(_file(home)):
        return False
    found.append(note)
    return True


def _note(home: Path) -> RunningUp | None:
    try:
        return RunningUp(**json.loads(_file(home).read_text(encoding="utf-8")))
    except json.JSONDecodeError:
        return None
