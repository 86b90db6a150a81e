"""Reading somebody's own archive of answers: bodies in files, compressed or not, and when each was fetched."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from belib_platform.sources.file_times import DEFAULT_PATTERNS, finders
from belib_platform.sources.inflating import Gunzip, Identity, InflateError, Unzstd
from belib_platform.sources.manifest import NAME, Entry, read_manifest, to_the_millisecond
from belib_platform.sources.recognition import Kind, media_type_of, recognise
from belib_platform.sources.records import BodyError
from belib_platform.sources.registry import SOURCES

BODY_LIMIT = 64 * 2**20
"""Bytes of a body, as many as are taken over HTTP."""

_CHUNK = 2**16

_INFLATERS: dict[str, type[Gunzip] | type[Unzstd]] = {".gz": Gunzip, ".zst": Unzstd}


@dataclass(frozen=True)
class Recording:
    """A recorded answer. `read` reads the body anew each time; it raises OSError or InflateError.

    `fetched_at` and, where a manifest says it, `received_at` are UTC, to the millisecond.
    """

    path: Path
    source: str
    fetched_at: datetime
    media_type: str
    url: str | None
    read: Callable[[], bytes]
    received_at: datetime | None = None


@dataclass(frozen=True)
class Unreadable:
    """A file that is no recording, and why; the reason completes "the file …"."""

    path: Path
    reason: str


@dataclass(frozen=True)
class _Candidate:
    path: Path
    fetched_at: datetime
    entry: Entry


def find_recordings(
    path: Path, *, source: str | None = None, fetched_at: datetime | None = None, time_format: str | None = None
) -> Iterator[Recording | Unreadable]:
    """The recordings in a folder (and the folders in it), or the one in a file, by (fetched_at, path).

    `source` and `fetched_at` (aware), where given, hold for every file; else the folder's manifest tells; else the
    body shows its source and the file's path its time, as `time_format` says (`strptime`; UTC without `%z`;
    without it, DEFAULT_PATTERNS). Files without a time come first. A file that is no recording never stops the
    others. Raises ValueError for an unknown source, a naive `fetched_at` or a time format that names no day.
    """
    if source is not None and source not in SOURCES:
        raise ValueError(f"there is no source {source!r}; known are {', '.join(SOURCES)}")
    if fetched_at is not None and fetched_at.tzinfo is None:
        raise ValueError("fetched_at needs a time zone")
    time_of = finders((time_format,) if time_format else DEFAULT_PATTERNS)
    return _recordings(path, source, fetched_at, time_of)


def _recordings(
    path: Path, source: str | None, fetched_at: datetime | None, time_of: Callable[[str], datetime | None]
) -> Iterator[Recording | Unreadable]:
    folder = path if path.is_dir() else path.parent
    entries, faults = read_manifest(path) if path.is_dir() else ({}, [])
    yield from (Unreadable(*fault) for fault in faults)
    if not path.exists():
        yield Unreadable(path, "does not exist")
    candidates = []
    for file in sorted(_files(path)):
        entry = entries.get(file, Entry(file=file.name))
        at = fetched_at or entry.fetched_at or time_of(file.relative_to(folder).as_posix())
        if at is None:
            yield _untimed(file)
        else:
            candidates.append(_Candidate(file, to_the_millisecond(at), entry))
    for candidate in sorted(candidates, key=lambda c: (c.fetched_at, c.path)):
        yield _examined(candidate, source or candidate.entry.source)


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from (file for file in path.rglob("*") if file.is_file() and file != path / NAME)
    elif path.is_file():
        yield path


def _untimed(path: Path) -> Unreadable:
    try:
        recognise(read_body(path), _plain_name(path))
    except (OSError, InflateError, BodyError) as error:
        return Unreadable(path, str(error))
    return Unreadable(
        path, f"has no known fetch time: neither {NAME} nor its name tells; give fetched_at or time_format"
    )


def _plain_name(path: Path) -> str:
    return path.stem if path.suffix in _INFLATERS else path.name


def _examined(candidate: _Candidate, source: str | None) -> Recording | Unreadable:
    path, entry = candidate.path, candidate.entry
    if source is not None and source not in SOURCES:
        return Unreadable(path, f"is of the source {source!r}; known are {', '.join(SOURCES)}")
    read = partial(read_body, path)
    try:
        body = read()
        name = _plain_name(path)
        kind = Kind(source, media_type_of(body, name)) if source else recognise(body, name)
    except (OSError, InflateError, BodyError) as error:
        return Unreadable(path, str(error))
    if entry.sha256 and hashlib.sha256(body).hexdigest() != entry.sha256.lower():
        return Unreadable(path, f"is not what {NAME} says: its sha256 differs")
    return Recording(path, kind.source, candidate.fetched_at, kind.media_type, entry.url, read, entry.received_at)


def read_body(path: Path) -> bytes:
    """A file's body, uncompressed, at most BODY_LIMIT bytes. Raises OSError, InflateError."""
    inflater = _INFLATERS.get(path.suffix, Identity)(BODY_LIMIT)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            inflater.feed(chunk)
    inflater.close()
    return bytes(inflater.body)
