"""Find the recordings in a folder or a file: bodies in files of many kinds, and when each was fetched."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from belib_platform.files.file_faults import ANY_FAULT, fault_of
from belib_platform.recordings.files import ListedFile, files_in
from belib_platform.recordings.manifest import zone_named
from belib_platform.recordings.mongoexport_files import read_mongoexport
from belib_platform.recordings.recording import PagedSnapshot, Recording, Unreadable
from belib_platform.recordings.response_files import SeveralSnapshotsError, read_response, read_untimed
from belib_platform.recordings.snapshot_files import (
    BrokenOffError,
    OtherwiseWrittenError,
    SnapshotsError,
    read_snapshots,
)
from belib_platform.recordings.time_columns import PUBLISHED_TIMES, GivenTimeColumn, TimeColumn
from belib_platform.recordings.time_patterns import DEFAULT_PATTERNS, cell_reader, finders, to_the_millisecond
from belib_platform.sources.registry import SOURCES

Found = Recording | PagedSnapshot | Unreadable


def find_recordings(
    path: Path,
    *,
    source: str | None = None,
    fetched_at: datetime | None = None,
    time_format: str | None = None,
    time_field: str | None = None,
    time_zone: str | None = None,
) -> Iterator[Found]:
    """The recordings in a folder and its subfolders, or in a file, by (fetched_at, path).

    A file is a body, a page of one, a zip archive of such, an export of documents, or records of several snapshots;
    the last two kinds come after the others. Each is plain, gzip or zstd. Pages of one source and instant are one
    PagedSnapshot.

    When a body was fetched is taken from the first of these that is there: `fetched_at` (aware) for every file;
    `time_field` in records; the folder's manifest; the body itself (the date of a document, a column whose name says
    that it holds fetch times); the file's path, as `time_format` (of `strptime`, UTC without `%z`) or else
    DEFAULT_PATTERNS describe it. With `time_field`, `time_format` describes the whole value of that column. Its times
    are of `time_zone` (IANA; UTC by default) where they have no zone; without `time_field`, times without a zone are
    refused unless `time_zone` is given. `source`, where given, holds for every file; else the manifest or the body
    shows it.

    Files without a time come first. A file that is no recording never stops the others. Raises ValueError for an
    unknown source or zone, a naive `fetched_at`, one beside a `time_field`, a `time_field` that holds times of the
    publisher, or a time format that names no day.
    """
    if source is not None and source not in SOURCES:
        raise ValueError(f"there is no source {source!r}; known are {', '.join(SOURCES)}")
    if fetched_at is not None and fetched_at.tzinfo is None:
        raise ValueError("fetched_at needs a time zone")
    if fetched_at is not None and time_field is not None:
        raise ValueError("fetched_at and time_field cannot both tell the time")
    if time_field in PUBLISHED_TIMES:
        raise ValueError(f"{time_field} is what the operator or the portal says of a record, not when it was fetched")
    read_cell = cell_reader(time_format) if time_format and time_field else None
    given = GivenTimeColumn(time_field, zone_named(time_zone) if time_zone else None, read_cell)
    of_names = (time_format,) if time_format and not time_field else DEFAULT_PATTERNS
    return _Finder(source, fetched_at, given, finders(of_names)).recordings(path)


@dataclass(frozen=True)
class _ResponseFile:
    """A file that is probably one response, or a page of one, and when it was fetched (UTC)."""

    listed: ListedFile
    fetched_at: datetime


@dataclass(frozen=True)
class _SnapshotFile:
    """A file of records that has a column of fetch times."""

    listed: ListedFile
    column: TimeColumn


@dataclass(frozen=True)
class _Finder:
    """The options that hold for all files."""

    source: str | None
    fetched_at: datetime | None
    given: GivenTimeColumn
    time_in: Callable[[str], datetime | None]

    def recordings(self, path: Path) -> Iterator[Found]:
        """Files without a time, then responses by time, then exports of documents, then files of many snapshots."""
        responses: list[_ResponseFile] = []
        exports: list[ListedFile] = []
        snapshots: list[_SnapshotFile] = []
        for listed in files_in(path):
            match listed if isinstance(listed, Unreadable) else self._classified(listed):
                case Unreadable() as unreadable:
                    yield unreadable
                case _ResponseFile() as response:
                    responses.append(response)
                case _SnapshotFile() as snapshot:
                    snapshots.append(snapshot)
                case ListedFile() as export:
                    exports.append(export)
        responses.sort(key=lambda response: (response.fetched_at, _in_order(response.listed.file.name)))
        for _, of_instant in groupby(responses, key=lambda response: response.fetched_at):
            yield from self._of_instant(list(of_instant))
        for export in exports:
            yield from _containing_faults(export, self._in_export(export))
        for snapshot in snapshots:
            yield from _containing_faults(snapshot.listed, self._in_snapshots(snapshot.listed, snapshot.column))

    def _in_export(self, export: ListedFile) -> Iterator[Found]:
        given = self.fetched_at or export.entry.fetched_at
        yield from read_mongoexport(export, self.source, given, self.time_in(export.file.name))

    def _classified(self, listed: ListedFile) -> Unreadable | _ResponseFile | _SnapshotFile | ListedFile:
        """The kind of a file; an export of documents comes back as it is."""
        try:
            return self._kind_of(listed)
        except ANY_FAULT as error:
            return listed.file.unreadable(fault_of(error))

    def _kind_of(self, listed: ListedFile) -> Unreadable | _ResponseFile | _SnapshotFile | ListedFile:
        if (source := self.source or listed.entry.source) is not None and source not in SOURCES:
            return listed.file.unreadable(f"is of the source {source!r}; known are {', '.join(SOURCES)}")
        if listed.is_export:
            return listed
        column = self._column(listed)
        is_timed = self.fetched_at or (listed.entry.fetched_at and not (column and column.is_named))
        if column and not is_timed:
            return _SnapshotFile(listed, column)
        if at := self.fetched_at or listed.entry.fetched_at or self.time_in(listed.file.name):
            return _ResponseFile(listed, to_the_millisecond(at))
        return read_untimed(listed)

    def _column(self, listed: ListedFile) -> TimeColumn | None:
        zone = zone_named(listed.entry.time_zone) if listed.entry.time_zone else None
        return self.given.unless(GivenTimeColumn(listed.entry.time_field, zone)).column(listed.columns)

    def _of_instant(self, responses: list[_ResponseFile]) -> Iterator[Found]:
        """The recordings of one instant; pages of one source come together, last."""
        pages: dict[str, list[Recording]] = {}
        for response in responses:
            for found in _containing_faults(response.listed, self._in_response(response)):
                if isinstance(found, Recording) and found.paging is not None:
                    pages.setdefault(found.source, []).append(found)
                else:
                    yield found
        yield from (PagedSnapshot(source, responses[0].fetched_at, tuple(some)) for source, some in pages.items())

    def _in_response(self, response: _ResponseFile) -> Iterator[Recording | Unreadable]:
        listed = response.listed
        try:
            yield read_response(listed, response.fetched_at, self.source)
        except SeveralSnapshotsError as several:
            column = None if self.fetched_at else self._column(listed)
            if column is None:
                raise
            try:
                yield from self._snapshots(listed, column)
            except SnapshotsError as error:
                yield listed.file.unreadable(f"{several}: {error}")

    def _snapshots(self, listed: ListedFile, column: TimeColumn) -> Iterator[Recording | Unreadable]:
        yield from read_snapshots(listed.file, column, self.source or listed.entry.source, listed.entry.url)

    def _in_snapshots(self, listed: ListedFile, column: TimeColumn) -> Iterator[Recording | Unreadable]:
        """The snapshots that a column separates; if it does not, the file is read as one without such a column."""
        try:
            yield from self._snapshots(listed, column)
        except SnapshotsError as error:
            at = listed.entry.fetched_at or self.time_in(listed.file.name)
            if isinstance(error, OtherwiseWrittenError) or (at is None and isinstance(error, BrokenOffError)):
                raise
            try:
                if at is None:
                    yield read_untimed(listed, str(error))
                else:
                    yield read_response(listed, to_the_millisecond(at), self.source)
            except SeveralSnapshotsError as several:
                yield listed.file.unreadable(f"{several}: {error}")


def _in_order(name: str) -> list[tuple[int, str]]:
    """A key for natural sorting: page 2 before page 10."""
    return [(int(part) if part.isdecimal() else -1, part) for part in re.split(r"(\d+)", name)]


def _containing_faults(listed: ListedFile, found: Iterator[Found]) -> Iterator[Found]:
    """What is found in a file. An error ends it and is reported; it affects no other file."""
    try:
        yield from found
    except ANY_FAULT as error:
        yield listed.file.unreadable(fault_of(error))
