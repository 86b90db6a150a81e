"""Import recordings: they are judged like polls and stored in the same collections, with the origin `import`."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import NamedTuple

from bson.errors import BSONError
from pymongo.errors import BulkWriteError

from belib_platform.files.file_faults import fault_of
from belib_platform.first_day import cover
from belib_platform.raw.response import BodyError, Response
from belib_platform.raw.store import RawStore
from belib_platform.raw.usual import ImportWitnesses
from belib_platform.recordings.finding import Found
from belib_platform.recordings.import_result import ImportResult
from belib_platform.recordings.judging import (
    Judged,
    by_volume,
    is_counted,
    is_witness,
    judged,
    response_of,
    why_not_taken,
)
from belib_platform.recordings.pages import Page, keep_pages
from belib_platform.recordings.recording import PagedSnapshot, Recording, Unreadable
from belib_platform.settings import Settings
from belib_platform.sources.registry import SOURCES

AT_ONCE = 32
"""Number of recordings judged and stored together."""

BYTES_AT_ONCE = 64 * 2**20
"""Bytes of bodies in memory that are stored together; a single body may be larger."""

NOT_STORABLE = (BSONError, BulkWriteError, ValueError, OverflowError, BodyError)
"""Errors for a response that cannot be stored, or damaged pages beside it; not for an absent server."""

Item = Judged | PagedSnapshot | Unreadable


class _Begun(NamedTuple):
    """Bytes in memory of what was found, and the item to come, a whole body with its verdict."""

    held_bytes: int
    item: Future[Item]


def import_recordings(
    found: Iterable[Found],
    settings: Settings,
    store: RawStore,
    progress: Callable[[int], None] = lambda _: None,
    *,
    into: ImportResult | None = None,
) -> ImportResult:
    """Store every recording as a response; a file that is none, or is too early, is reported and stops no other.

    A body that is not sound is stored as a refused response, and reported; so are incomplete pages, and sets with far
    fewer or more records than usual around their time. Importing again changes nothing. The result is counted in
    `into`, if given, so that the caller has it even if a store fails.
    """
    result = into if into is not None else ImportResult()
    importer = _Importer(settings, store, result)
    waiting: list[Item] = []
    with ThreadPoolExecutor() as threads:
        # a batch is stored after the next is judged, so that the first recordings can be compared, too
        for batch in _ahead(_batches(importer.begin(found, threads))):
            coming = importer.finish(batch)
            importer.keep(waiting)
            progress(len(waiting))
            waiting = coming
    importer.keep(waiting)
    progress(len(waiting))
    return result


def _batches(found: Iterable[_Begun]) -> Iterator[list[_Begun]]:
    """Batches of up to AT_ONCE items; a batch also ends when its bodies in memory reach BYTES_AT_ONCE."""
    batch: list[_Begun] = []
    held = 0
    for begun in found:
        batch.append(begun)
        held += begun.held_bytes
        if len(batch) == AT_ONCE or held >= BYTES_AT_ONCE:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


def _ahead(batches: Iterator[list[_Begun]]) -> Iterator[list[_Begun]]:
    """The batches, each after the next is begun, so that threads judge while others are stored."""
    before = next(batches, None)
    while before is not None:
        after = next(batches, None)
        yield before
        before = after


def _item(found: Found) -> Item:
    return judged(found) if isinstance(found, Recording) else found


class _Importer:
    """One import: recordings are judged, then stored."""

    def __init__(self, settings: Settings, store: RawStore, result: ImportResult) -> None:
        self.settings, self.store, self.result = settings, store, result
        self.retired = store.retired.all()
        self.witnesses = ImportWitnesses(store)

    def begin(self, found: Iterable[Found], threads: ThreadPoolExecutor) -> Iterator[_Begun]:
        """Begin to judge each whole body when it is found: its records are still in memory from looking at the file."""
        for item in found:
            if not isinstance(item, Recording) or self._is_taken(item):
                yield _Begun(0 if isinstance(item, Unreadable) else item.held_bytes, threads.submit(_item, item))

    def _is_taken(self, recording: Recording) -> bool:
        reason = why_not_taken(recording, self.settings, self.retired)
        if reason:
            self.result.refuse(recording, reason)
        return reason is None

    def finish(self, batch: list[_Begun]) -> list[Item]:
        """The items in their order, whole bodies with their verdicts."""
        items = [begun.item.result() for begun in batch]
        for item in items:
            if isinstance(item, Judged) and is_witness(item):
                self.witnesses.add(item.recording.source, item.recording.fetched_at, item.verdict.record_count)
        return items

    def keep(self, items: list[Item]) -> None:
        """Store what was judged, and note what is refused."""
        together: list[tuple[Recording, Response]] = []
        for item in items:
            if isinstance(item, Unreadable):
                self.result.refuse(item, item.reason)
            elif isinstance(item, PagedSnapshot):
                self._keep_paged(item)
            elif response := self._response(item):
                together.append((item.recording, response))
            if sum(len(response.body) for _, response in together) > BYTES_AT_ONCE:
                self._keep(together)
                together = []
        self._keep(together)

    def _response(self, item: Judged) -> Response | None:
        recording = item.recording
        if item.verdict.is_sound and is_counted(recording):
            usual = self.witnesses.usual(recording.source, recording.fetched_at)
            item = replace(item, verdict=by_volume(recording, item.verdict, usual))
            if not item.verdict.is_sound:
                self.witnesses.dismiss(recording.source, recording.fetched_at)
        response = response_of(item, self.settings)
        if isinstance(response, Response):
            return response
        self.result.refuse(response, response.reason)
        return None

    def _keep(self, responses: list[tuple[Recording, Response]]) -> None:
        for source in dict.fromkeys(response.source for _, response in responses):
            of_source = [(recording, response) for recording, response in responses if response.source == source]
            try:
                self._keep_of(source, of_source)
            except NOT_STORABLE as error:
                if len(of_source) == 1:
                    self.result.refuse(of_source[0][0], fault_of(error))
                    continue
                for one in of_source:
                    self._keep([one])

    def _keep_of(self, source: str, responses: list[tuple[Recording, Response]]) -> None:
        collection, bodies = SOURCES[source].collection, [response for _, response in responses]
        cover(self.settings, min(response.day for response in bodies))
        kept = self.store.keep(collection, bodies)
        all_metadata = self.store.as_kept(collection, bodies, kept)
        self.result.new[source] += len(kept.new)
        for recording, response in responses:
            metadata = all_metadata[response.id]
            if conflict := kept.conflicts.get((response.id, response.sha256)):
                self.result.refuse(recording, conflict)
            elif metadata.is_sound:
                self.result.take(metadata, recording.shown)
            else:
                self.result.refuse(recording, metadata.reason or "refused")
                self.result.refused_days.add(metadata.day)

    def _keep_paged(self, snapshot: PagedSnapshot) -> None:
        read: list[tuple[Recording, Response]] = []
        for recording in filter(self._is_taken, snapshot.pages):
            found = judged(recording)
            response = response_of(found, self.settings) if isinstance(found, Judged) else found
            if isinstance(response, Unreadable) or not response.is_sound:
                self.result.refuse(recording, response.reason or "refused")
            else:
                read.append((recording, response))
        if not read:
            return
        try:
            self._put_together(snapshot, read)
        except NOT_STORABLE as error:
            for recording, _ in read:
                self.result.refuse(recording, fault_of(error))

    def _put_together(self, snapshot: PagedSnapshot, read: list[tuple[Recording, Response]]) -> None:
        pages = [Page(response, recording.paging.offset if recording.paging else None) for recording, response in read]
        usual = self.witnesses.usual(snapshot.source, snapshot.fetched_at)
        cover(self.settings, snapshot.fetched_at.date())
        joined = keep_pages(self.store, pages, usual)
        self.result.new[snapshot.source] += bool(joined.new)
        if joined.response is not None:
            self.result.take(joined.response, read[0][0].shown)
            self.witnesses.add(snapshot.source, snapshot.fetched_at, joined.response.record_count)
        elif joined.refused is not None:
            self.result.refused_days.add(snapshot.fetched_at.date())
        for recording, response in read:
            if reason := joined.conflicts.get(response.sha256, joined.refused):
                self.result.refuse(recording, reason)
