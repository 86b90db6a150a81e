"""A file of many snapshots of the whole set, separated by the column of fetch times."""

from collections import Counter
from collections.abc import Callable, Iterator, Set
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from statistics import median, median_low
from typing import Any

from belib_platform.contracts.vocabulary import normalised_text_of_id
from belib_platform.files.file_faults import ANY_FAULT, fault_of
from belib_platform.recordings.recognition import TABLES, source_of_fields
from belib_platform.recordings.record_stream import Element, Form, record_stream
from belib_platform.recordings.recorded_file import BODY_LIMIT, TOTAL_LIMIT, RecordedFile
from belib_platform.recordings.recording import Recording, Unreadable
from belib_platform.recordings.spool import Part, Snapshot, Spool
from belib_platform.recordings.time_columns import NoZoneError, TimeColumn
from belib_platform.sources.records import BodyError

SNAPSHOT_SHARE = 0.25
"""Minimum share of all ids in the median snapshot; columns of other times give far smaller pieces."""

DIFFERENT_LIMIT = 500_000
"""Maximum different ids, or instants, of a file: several times the country's charge points; five years of polls."""

APART = 1.5
"""How often the median id may occur per instant of the column; more mean that the times are too coarse."""

_NO_ZONE = "the times in {} have no zone; once you name the column they are read as UTC, or as --time-zone says"


class SnapshotsError(Exception):
    """A column does not separate the snapshots of a file; the message says why."""


class BrokenOffError(SnapshotsError):
    """A file breaks off, and the part before does not show that the column separates snapshots."""


class OtherwiseWrittenError(SnapshotsError):
    """No value of the column is written in the time format that the user named; no other time is tried then."""


def read_snapshots(
    file: RecordedFile, column: TimeColumn, source: str | None = None, url: str | None = None
) -> Iterator[Recording | Unreadable]:
    """One recording for each snapshot, oldest first, and reports of records that belong to none.

    Raises SnapshotsError before the first if the column does not separate the snapshots.
    """
    records = _SnapshotFile(file, column, source, url)
    with closing(records.spool):
        records.read()
        records.judge_column()
        yield from records.faults()
        yield from records.recordings()


class _SnapshotFile:
    """One pass over a file: records are written to disk by instant, and counted to judge the column."""

    def __init__(self, file: RecordedFile, column: TimeColumn, source: str | None, url: str | None) -> None:
        self.file, self.column, self.source, self.url = file, column, source, url
        self.spool = Spool()
        self.form: Form | None = None
        self.sizes: Counter[datetime] = Counter()
        self.ids: Counter[Any] = Counter()
        self.newest: datetime | None = None
        self.newest_ids: Counter[Any] = Counter()
        self.turns = 0
        self.timeless: list[Element] = []
        self.timeless_count = 0
        self.otherwise_written: str | None = None
        self.cut_by: str | None = None

    def read(self) -> None:
        """Group the records by instant; of a file that breaks off, those before."""
        try:
            self.form, elements = record_stream(self.file.chunks(TOTAL_LIMIT))
            for element in elements:
                self._take(element)
        except NoZoneError as error:
            raise SnapshotsError(_NO_ZONE.format(self.column.name)) from error
        except ANY_FAULT as error:
            self.cut_by = fault_of(error)

    def _take(self, element: Element) -> None:
        at = self.column.reader.instant(element.fields.get(self.column.name))
        self.source = self.source or source_of_fields(element.fields)
        if at is None or self.source is None:
            self.timeless_count += 1
            self.timeless = self.timeless or [element]
            sent = element.fields.get(self.column.name)
            if self.otherwise_written is None and not self.column.reader.is_written(sent):
                self.otherwise_written = str(sent)
            return
        if at != self.newest:
            self.turns, self.newest, self.newest_ids = self.turns + 1, at, Counter()
        self.sizes[at] += 1
        key = normalised_text_of_id(_key(element, self.source) or "")
        self.ids[key] += 1
        self.newest_ids[key] += 1
        if max(len(self.ids), len(self.sizes)) > DIFFERENT_LIMIT:
            raise BodyError(f"holds more than {DIFFERENT_LIMIT:,} different ids or times")
        self.spool.add(self.source, at, Part(element.number, element.text), is_page=False)

    def judge_column(self) -> None:
        """Raises SnapshotsError if the instants of the column are not those of snapshots.

        A file that breaks off is judged without its last snapshot, which may be incomplete.
        """
        if not self.cut_by:
            self._judge(self.sizes, self.ids)
            return
        whole = Counter({at: size for at, size in self.sizes.items() if at != self.newest})
        if not whole:
            return  # no snapshot is taken
        try:
            self._judge(whole, self.ids - self.newest_ids)
        except SnapshotsError as error:
            raise BrokenOffError(self.cut_by) from error
        is_repeated = self.column.is_named or any(self.ids[key] > count for key, count in self.newest_ids.items())
        if len(whole) == 1 and not is_repeated:
            raise BrokenOffError(self.cut_by)  # two records with times of their own are not different

    def _judge(self, sizes: Counter[datetime], ids: Counter[Any]) -> None:
        name, instants, typical = self.column.name, len(sizes), median_low(ids.values()) if ids else 0
        if not instants:
            if self.otherwise_written is not None:
                sent = self.otherwise_written
                raise OtherwiseWrittenError(f"has a {name} that is not written as --time-format says ({sent:.40})")
            raise SnapshotsError(f"no time in {name} can be read")
        if typical >= 2 and typical > APART * instants:
            raise SnapshotsError(f"{name} has {instants:,} times only")
        is_repeated = typical >= 2 or self.column.is_named or instants == 1
        if not is_repeated or median(sizes.values()) < SNAPSHOT_SHARE * len(ids):
            raise SnapshotsError(f"the times in {name} differ from record to record")

    def faults(self) -> Iterator[Unreadable]:
        """Reports of records that belong to no snapshot."""
        if self.cut_by:
            yield self.file.unreadable(self.cut_by)
        for element in self.timeless:
            sent = str(element.fields.get(self.column.name))
            more = f", and {self.timeless_count - 1:,} more like it" if self.timeless_count > 1 else ""
            reason = f"has a record whose {self.column.name} cannot be read ({sent:.40}){more}"
            yield self.file.unreadable(reason, f"record or line {element.number:,}")

    def recordings(self) -> Iterator[Recording | Unreadable]:
        """The snapshots; of a file that breaks off, those that are certainly complete."""
        if self.form and len(self.sizes) == 1 and not self.cut_by and not self.timeless:
            [at] = self.sizes
            yield self._recording(at, self.form, self.file.body, self.file.member)
            return
        for snapshot in self.spool.snapshots():
            yield self._snapshot(snapshot)

    def _snapshot(self, snapshot: Snapshot) -> Recording | Unreadable:
        at, form = snapshot.fetched_at, self.form
        part = f"{snapshot.part_count:,} records of {at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
        if self.cut_by and (at == self.newest or self.turns > len(self.sizes)):
            return self.file.unreadable("may lack records, since the file breaks off", part)
        if form is None or snapshot.parts is None:
            return self.file.unreadable(f"hold more than {BODY_LIMIT:,} bytes", part)
        body = form.body(part.text for part in snapshot.parts)
        return replace(self._recording(at, form, lambda: body, self.file.place(part)), held_bytes=len(body))

    def _recording(self, at: datetime, form: Form, read: Callable[[], bytes], place: str) -> Recording:
        if self.source is None:
            raise BodyError("is of no known source")
        return Recording(self.file.path, self.source, at, form.media_type, self.url, read, place=place)


def _key(element: Element, source: str) -> Any:
    titles = _key_titles(source)
    return next((str(value) for name, value in element.fields.items() if name.casefold() in titles), None)


@cache
def _key_titles(source: str) -> Set[str]:
    """Names of a source's id column in lower case; cached, since it is called for each record."""
    return TABLES[source].key.titles if source in TABLES else set()
