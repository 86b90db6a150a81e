"""Reading somebody's own archive of answers: bodies in files of many kinds, and when each was fetched."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from belib_platform.sources.archive import Described, Unreadable, archive_files
from belib_platform.sources.documents import read_export
from belib_platform.sources.file_times import DEFAULT_PATTERNS, finders
from belib_platform.sources.inflating import InflateError
from belib_platform.sources.manifest import NAME, to_the_millisecond
from belib_platform.sources.recognition import recognise
from belib_platform.sources.recorded_answers import PagedSnapshot, Recording, in_order
from belib_platform.sources.records import BodyError
from belib_platform.sources.registry import SOURCES

Found = Recording | PagedSnapshot | Unreadable


@dataclass(frozen=True)
class _Candidate:
    described: Described
    fetched_at: datetime


def find_recordings(
    path: Path, *, source: str | None = None, fetched_at: datetime | None = None, time_format: str | None = None
) -> Iterator[Found]:
    """The recordings in a folder (and the folders in it), or in a file: by (fetched_at, path), exports after the rest.

    A file is a body, a page of one, a zip archive of such, or an export of documents, each plain, gzip or zstd. Pages
    of one source and instant are one snapshot. `source` and `fetched_at` (aware), where given, hold for every file;
    else the folder's manifest tells; else the body shows its source and the file's path its time, as `time_format`
    says (`strptime`; UTC without `%z`; without it, DEFAULT_PATTERNS), and a document tells its own. Files without a
    time come first. A file that is no recording never stops the others. Raises ValueError for an unknown source, a
    naive `fetched_at` or a time format that names no day.
    """
    if source is not None and source not in SOURCES:
        raise ValueError(f"there is no source {source!r}; known are {', '.join(SOURCES)}")
    if fetched_at is not None and fetched_at.tzinfo is None:
        raise ValueError("fetched_at needs a time zone")
    time_of = finders((time_format,) if time_format else DEFAULT_PATTERNS)
    return _recordings(path, source, fetched_at, time_of)


def _recordings(
    path: Path, source: str | None, fetched_at: datetime | None, time_of: Callable[[str], datetime | None]
) -> Iterator[Found]:
    candidates, exports = [], []
    for found in archive_files(path):
        if isinstance(found, Unreadable):
            yield found
        elif found.is_export:
            exports.append(found)
        elif at := fetched_at or found.entry.fetched_at or time_of(found.file.name):
            candidates.append(_Candidate(found, to_the_millisecond(at)))
        else:
            yield _untimed(found)
    candidates.sort(key=lambda c: (c.fetched_at, in_order(c.described.file.name)))
    for _, of_instant in groupby(candidates, key=lambda c: c.fetched_at):
        yield from _examined(list(of_instant), source)
    for export in exports:
        yield from read_export(export, source, fetched_at)


def _untimed(found: Described) -> Unreadable:
    file = found.file
    try:
        recognise(file.body(), file.plain_name, url=found.entry.url)
    except (OSError, InflateError, BodyError) as error:
        return Unreadable(file.path, str(error), file.member)
    reason = f"has no known fetch time: neither {NAME} nor its name tells; give fetched_at or time_format"
    return Unreadable(file.path, reason, file.member)


def _examined(candidates: list[_Candidate], source: str | None) -> Iterator[Found]:
    """The recordings of one instant; what are pages of one source's records comes as one snapshot, last."""
    pages: dict[str, list[Recording]] = {}
    for candidate in candidates:
        found = _recording(candidate, source or candidate.described.entry.source)
        if isinstance(found, Recording) and found.paging is not None:
            pages.setdefault(found.source, []).append(found)
        else:
            yield found
    yield from (PagedSnapshot(name, candidates[0].fetched_at, tuple(of_it)) for name, of_it in pages.items())


def _recording(candidate: _Candidate, source: str | None) -> Recording | Unreadable:
    file, entry = candidate.described.file, candidate.described.entry
    if source is not None and source not in SOURCES:
        return Unreadable(file.path, f"is of the source {source!r}; known are {', '.join(SOURCES)}", file.member)
    try:
        body = file.body()
        kind = recognise(body, file.plain_name, url=entry.url, source=source)
    except (OSError, InflateError, BodyError) as error:
        return Unreadable(file.path, str(error), file.member)
    if entry.sha256 and hashlib.sha256(body).hexdigest() != entry.sha256.lower():
        return Unreadable(file.path, f"is not what {NAME} says: its sha256 differs", file.member)
    return Recording(
        file.path,
        kind.source,
        candidate.fetched_at,
        kind.media_type,
        entry.url,
        file.body,
        entry.received_at,
        place=file.member,
        paging=kind.paging,
    )
