"""The manifest of an archive of recordings: what a folder says of its own files."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

NAME = "manifest.jsonl"


def to_the_millisecond(instant: datetime) -> datetime:
    """An aware instant in UTC, truncated to what the stores keep."""
    utc = instant.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


Instant = Annotated[AwareDatetime, AfterValidator(to_the_millisecond)]


class Entry(BaseModel):
    """One line: a file of the folder, its source, and when it was fetched; `sha256` is of the uncompressed body."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    file: str = Field(min_length=1)
    source: str | None = None
    fetched_at: Instant | None = None
    received_at: Instant | None = None
    url: str | None = None
    sha256: str | None = Field(default=None, pattern="^[0-9a-fA-F]{64}$")


class Fault(NamedTuple):
    """What is wrong with a manifest, or with a file it names."""

    path: Path
    reason: str


def read_manifest(folder: Path) -> tuple[dict[Path, Entry], list[Fault]]:
    """The entries of a folder's manifest by path, and its faults; nothing where there is no manifest."""
    path = folder / NAME
    if not path.is_file():
        return {}, []
    entries: dict[Path, Entry] = {}
    faults = []
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        return {}, [Fault(path, f"cannot be read: {error}")]
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            file, entry = _entry(folder, line)
        except ValueError as error:
            faults.append(Fault(path, f"line {number}: {error}"))
            continue
        entries[file] = entry
        if not file.is_file():
            faults.append(Fault(file, f"is named in {NAME}, line {number}, but there is no such file"))
    return entries, faults


def _entry(folder: Path, line: str) -> tuple[Path, Entry]:
    try:
        entry = Entry.model_validate(json.loads(line))
    except ValidationError as error:
        wrong = (f"{'.'.join(map(str, e['loc'])) or 'entry'}: {e['msg']}" for e in error.errors(include_url=False))
        raise ValueError("; ".join(wrong)) from error
    file = folder / entry.file
    if ".." in file.parts or not file.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"{entry.file} leads out of the folder")
    return file, entry
