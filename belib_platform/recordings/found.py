"""Reading somebody's own archive of answers: bodies in files of many kinds, and when each was fetched."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from belib_platform.files.file_faults import ANY_FAULT, fault_of
from belib_platform.recordings.archives import Described, Unreadable, archive_files
from belib_platform.recordings.asked_times import SENT, Asked, AskedColumn
from belib_platform.recordings.documents import read_export
from belib_platform.recordings.file_times import DEFAULT_PATTERNS, cell_reader, finders
from belib_platform.recordings.history import BrokenOffError, HistoryError, OtherwiseWrittenError, read_history
from belib_platform.recordings.manifest import to_the_millisecond, zone_named
from belib_platform.recordings.recorded_answers import PagedSnapshot, Recording, in_order
from belib_platform.recordings.single_answer import SeveralSnapshotsError, read_untimed, read_whole
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
    """The recordings in a folder (and the folders in it), or in a file: by (fetched_at, path).

    A file is a body, a page of one, a zip archive of such, an export of documents, or records of several snapshots;
    the last two come after the rest. Each is plain, gzip or zstd. Pages of one source and instant are one snapshot.

    When a body was fetched is told by the first of these that does: `fetched_at` (aware) for every file, `time_field`
    for records that have it, the folder's manifest, the body itself (the date of a document, a column whose name says
    that it is when somebody asked), the file's path (as `time_format` says, by `strptime`, UTC without `%z`; without
    it DEFAULT_PATTERNS). With `time_field`, `time_format` says how that column is written, all of it. Its times are of
    `time_zone` (IANA; UTC by default) where they have no zone; those of a column nobody named are then not believed.
    `source`, where given, holds for every file; else the manifest tells, else the body shows it.

    Files without a time come first. A file that is no recording never stops the others. Raises ValueError for an
    unknown source or zone, a naive `fetched_at`, one beside a `time_field`, a `time_field` that somebody else stamps,
    or a time format that names no day.
    """
    if source is not None and source not in SOURCES:
        raise ValueError(f"there is no source {source!r}; known are {', '.join(SOURCES)}")
    if fetched_at is not None and fetched_at.tzinfo is None:
        raise ValueError("fetched_at needs a time zone")
    if fetched_at is not None and time_field is not None:
        raise ValueError("fetched_at and time_field cannot both tell the time")
    if time_field in SENT:
        raise ValueError(f"{time_field} is what the operator or the portal says of a record, not when it was fetched")
    written = cell_reader(time_format) if time_format and time_field else None
    asked = Asked(time_field, zone_named(time_zone) if time_zone else None, written)
    of_names = (time_format,) if time_format and not time_field else DEFAULT_PATTERNS
    return _Finder(source, fetched_at, asked, finders(of_names)).recordings(path)


@dataclass(frozen=True)
class _Candidate:
    described: Described
    fetched_at: datetime


@dataclass(frozen=True)
class _Finder:
    """What the caller says of all files."""

    source: str | None
    fetched_at: datetime | None
    asked: Asked
    time_of: Callable[[str], datetime | None]

    def recordings(self, path: Path) -> Iterator[Found]:
        """Files without a time, then bodies by time, then files of documents, then those of several snapshots."""
        candidates: list[_Candidate] = []
        exports: list[Described] = []
        histories: list[tuple[Described, AskedColumn]] = []
        for found in archive_files(path):
            if isinstance(found, Unreadable):
                yield found
                continue
            match self._kind(found):
                case Unreadable() as told:
                    yield told
                case _Candidate() as candidate:
                    candidates.append(candidate)
                case AskedColumn() as column:
                    histories.append((found, column))
                case _:
                    exports.append(found)
        candidates.sort(key=lambda c: (c.fetched_at, in_order(c.described.file.name)))
        for _, of_instant in groupby(candidates, key=lambda c: c.fetched_at):
            yield from self._examined(list(of_instant))
        for export in exports:
            yield from _costing_itself(export, self._exported(export))
        for found, column in histories:
            yield from _costing_itself(found, self._taken_apart(found, column))

    def _exported(self, export: Described) -> Iterator[Found]:
        given = self.fetched_at or export.entry.fetched_at
        yield from read_export(export, self.source, given, self.time_of(export.file.name))

    def _kind(self, found: Described) -> Unreadable | _Candidate | AskedColumn | Described:
        """A body with its time, the column that tells a file's snapshots apart, or the file of an export as it is."""
        try:
            return self._kind_or_fault(found)
        except ANY_FAULT as error:
            return found.unreadable(fault_of(error))

    def _kind_or_fault(self, found: Described) -> Unreadable | _Candidate | AskedColumn | Described:
        if (said := self.source or found.entry.source) is not None and said not in SOURCES:
            return found.unreadable(f"is of the source {said!r}; known are {', '.join(SOURCES)}")
        if found.is_export:
            return found
        if column := self._own_time(found):
            return column
        if at := self.fetched_at or found.entry.fetched_at or self.time_of(found.file.name):
            return _Candidate(found, to_the_millisecond(at))
        return self._untimed(found)

    def _own_time(self, found: Described) -> AskedColumn | None:
        """The column that tells when, where nobody says otherwise of the whole file."""
        column = self._column(found)
        if column is None or self.fetched_at or (found.entry.fetched_at and not column.is_named):
            return None
        return column

    def _column(self, found: Described) -> AskedColumn | None:
        zone = zone_named(found.entry.time_zone) if found.entry.time_zone else None
        return self.asked.unless(Asked(found.entry.time_field, zone)).column(found.columns)

    def _untimed(self, found: Described) -> Unreadable:
        try:
            return read_untimed(found)
        except SeveralSnapshotsError as several:
            return found.unreadable(str(several))

    def _examined(self, candidates: list[_Candidate]) -> Iterator[Found]:
        """The recordings of one instant; what are pages of one source's records comes as one snapshot, last."""
        responses: dict[str, list[Recording]] = {}
        for candidate in candidates:
            for found in _costing_itself(candidate.described, self._read(candidate)):
                if isinstance(found, Recording) and found.paging is not None:
                    responses.setdefault(found.source, []).append(found)
                else:
                    yield found
        yield from (PagedSnapshot(name, candidates[0].fetched_at, tuple(of_it)) for name, of_it in responses.items())

    def _read(self, candidate: _Candidate) -> Iterator[Recording | Unreadable]:
        described = candidate.described
        try:
            yield read_whole(described, candidate.fetched_at, self.source)
        except SeveralSnapshotsError as several:
            column = None if self.fetched_at else self._column(described)
            if column is None:
                yield described.unreadable(str(several))
            else:
                yield from self._history(described, column, str(several))

    def _history(self, found: Described, column: AskedColumn, otherwise: str) -> Iterator[Recording | Unreadable]:
        try:
            yield from read_history(found.file, column, self.source or found.entry.source, found.entry.url)
        except HistoryError as error:
            yield found.unreadable(f"{otherwise}: {error}")

    def _taken_apart(self, found: Described, column: AskedColumn) -> Iterator[Recording | Unreadable]:
        """The snapshots told apart by such a column; where it tells nothing the file is as one without it."""
        try:
            yield from read_history(found.file, column, self.source or found.entry.source, found.entry.url)
        except OtherwiseWrittenError as error:
            yield found.unreadable(str(error))
        except HistoryError as error:
            at = found.entry.fetched_at or self.time_of(found.file.name)
            if at is None and isinstance(error, BrokenOffError):
                yield found.unreadable(str(error))
                return
            try:
                yield read_whole(found, to_the_millisecond(at), self.source) if at else read_untimed(found, str(error))
            except SeveralSnapshotsError as several:
                yield found.unreadable(f"{several}: {error}")


def _costing_itself(file: Described, found: Iterator[Found]) -> Iterator[Found]:
    """What is found in a file; a fault that nobody foresaw ends it and names it, and costs no other file."""
    try:
        yield from found
    except ANY_FAULT as error:
        yield file.unreadable(fault_of(error))
