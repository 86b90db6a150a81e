"""Somebody's recordings become pages: judged like polls, kept in the same place, and the ledger says `import`."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from bson.errors import BSONError
from pymongo.errors import BulkWriteError

from belib_platform.files.file_faults import fault_of
from belib_platform.first_day import cover
from belib_platform.raw.response import Response
from belib_platform.raw.store import RawStore
from belib_platform.raw.usual import ImportWitnesses
from belib_platform.recordings.archives import Unreadable
from belib_platform.recordings.found import Found
from belib_platform.recordings.imported import Imported
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
from belib_platform.recordings.recorded_answers import PagedSnapshot, Recording
from belib_platform.settings import Settings
from belib_platform.sources.registry import SOURCES

AT_ONCE = 32
"""Recordings judged together, and kept together."""

BYTES_AT_ONCE = 64 * 2**20
"""Bytes of bodies in memory that are kept together, but for one that is larger."""

NOT_STORABLE = (BSONError, BulkWriteError, ValueError, OverflowError)
"""What a store raises for a page that it cannot hold, and not because it is away."""

Item = Judged | PagedSnapshot | Unreadable


def import_recordings(
    found: Iterable[Found],
    settings: Settings,
    store: RawStore,
    progress: Callable[[int], None] = lambda _: None,
    *,
    into: Imported | None = None,
) -> Imported:
    """Keep every recording as a page; a file that is none, or too early, costs nothing but itself.

    A body that is not sound is kept as a refused page, and reported; so are pages that are not a whole answer
    together, and sets with far fewer or more records than is usual around their time. Importing again changes nothing.
    `into`, where given, is what is counted in, so that it is known what was done when a store fails.
    """
    result = into if into is not None else Imported()
    importer = _Importer(settings, store, result)
    with ThreadPoolExecutor() as threads:
        waiting: list[Item] = []
        # a batch is kept once the next is judged, so that the first recordings have witnesses too
        for batch in _batches(found):
            coming = importer.judge(batch, threads)
            importer.keep(waiting)
            progress(len(waiting))
            waiting = coming
        importer.keep(waiting)
        progress(len(waiting))
    return result


def _batches(found: Iterable[Found]) -> Iterator[list[Found]]:
    """Up to AT_ONCE items together; a batch ends with the item by which its bodies hold BYTES_AT_ONCE in memory."""
    batch: list[Found] = []
    held = 0
    for item in found:
        batch.append(item)
        held += 0 if isinstance(item, Unreadable) else item.held_bytes
        if len(batch) == AT_ONCE or held >= BYTES_AT_ONCE:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


class _Importer:
    """One import: what it found becomes verdicts, then pages."""

    def __init__(self, settings: Settings, store: RawStore, result: Imported) -> None:
        self.settings, self.store, self.result = settings, store, result
        self.retired = store.retired.all()
        self.witnesses = ImportWitnesses(store)

    def judge(self, batch: list[Found], threads: ThreadPoolExecutor) -> list[Item]:
        """The verdicts on whole bodies, in the order in which they came."""
        readable = [item for item in batch if not isinstance(item, Recording) or self._is_taken(item)]
        verdicts = threads.map(judged, [item for item in readable if isinstance(item, Recording)])
        items: list[Item] = [next(verdicts) if isinstance(item, Recording) else item for item in readable]
        for item in items:
            if isinstance(item, Judged) and is_witness(item):
                self.witnesses.add(item.recording.source, item.recording.fetched_at, item.verdict.record_count)
        return items

    def _is_taken(self, recording: Recording) -> bool:
        reason = why_not_taken(recording, self.settings, self.retired)
        if reason:
            self.result.refuse(recording, reason)
        return reason is None

    def keep(self, items: list[Item]) -> None:
        """Keep what was judged, and name what is not taken."""
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
