"""`manifest.jsonl`: describes the files of a folder of recordings."""

import json
from collections.abc import Callable, Container
from datetime import datetime
from pathlib import PurePosixPath
from typing import Annotated, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from belib_platform.files.file_faults import ANY_FAULT, printable
from belib_platform.recordings.time_patterns import to_the_millisecond
from belib_platform.sources.calendar_bounds import in_utc

NAME = "manifest.jsonl"


def _storable(instant: datetime) -> datetime:
    utc = in_utc(lambda: instant)
    if utc is None:
        raise ValueError(f"{instant} is at the edge of the calendar")
    return to_the_millisecond(utc)


Instant = Annotated[AwareDatetime, AfterValidator(_storable)]


def zone_named(name: str) -> ZoneInfo:
    """The time zone of an IANA name. Raises ValueError where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError) as error:
        raise ValueError(f"there is no time zone {name!r}; Europe/Paris is one, and UTC") from error


Zone = Annotated[str, AfterValidator(lambda name: zone_named(name).key)]


class Entry(BaseModel):
    """One line: a file of the folder, its source, and when it was fetched; `sha256` is of the uncompressed body.

    For a file of several snapshots, `time_field` is the column of fetch times, and `time_zone` (IANA) the zone of times
    without one.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    file: str = Field(min_length=1)
    source: str | None = None
    fetched_at: Instant | None = None
    received_at: Instant | None = None
    url: str | None = None
    sha256: str | None = Field(default=None, pattern="^[0-9a-fA-F]{64}$")
    time_field: str | None = None
    time_zone: Zone | None = None


class Manifest(NamedTuple):
    """Entries by path within the folder, faults of lines, and, by path, sentences about files that do not exist."""

    entries: dict[str, Entry]
    faults: list[str]
    absent: dict[str, str]


def read_manifest(text: str, files: Container[str], leads_out: Callable[[str], bool]) -> Manifest:
    """Read the entries of `files` (paths within the folder); invalid lines are reported and left out."""
    manifest = Manifest({}, [], {})
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            entry = _entry(line, leads_out)
        except ANY_FAULT as error:  # a name too long, a link in a circle, or unforeseen
            manifest.faults.append(f"line {number}: {printable(str(error))}")
            continue
        file = PurePosixPath(entry.file).as_posix()
        manifest.entries[file] = entry
        if file not in files:
            manifest.absent[file] = f"is named in {NAME}, line {number}, but there is no such file"
    return manifest


def _entry(line: str, leads_out: Callable[[str], bool]) -> Entry:
    try:
        entry = Entry.model_validate(json.loads(line))
    except ValidationError as error:
        wrong = (f"{'.'.join(map(str, e['loc'])) or 'entry'}: {e['msg']}" for e in error.errors(include_url=False))
        raise ValueError("; ".join(wrong)) from error
    except RecursionError as error:
        raise ValueError("is nested too deeply") from error
    if leads_out(entry.file):
        raise ValueError(f"{entry.file} leads out of the folder")
    return entry
