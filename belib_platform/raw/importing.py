"""Somebody's recordings become pages: judged like polls, kept in the same place, and the ledger says `import`."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TypeGuard

from belib_platform.raw.page import Head, Page, sha256, storable
from belib_platform.raw.retired import RetiredDayError
from belib_platform.raw.store import RawStore
from belib_platform.settings import Settings
from belib_platform.sources.answer import now
from belib_platform.sources.archive import Unreadable
from belib_platform.sources.inflating import InflateError
from belib_platform.sources.recorded_answers import PagedSnapshot, Recording
from belib_platform.sources.recordings import Found
from belib_platform.sources.registry import SOURCES
from belib_platform.sources.verdict import Verdict

AT_ONCE = 32
"""Recordings judged and kept together."""


NOT_JUDGED = Verdict(is_sound=True, reason=None, record_count=None)


@dataclass
class Imported:
    """What an import did: sound answers by source, how many were new, UTC days by source, and what was not taken.

    `refused` says what of which file and why; `refused_files` are those files themselves.
    """

    sound: Counter[str] = field(default_factory=Counter)
    new: Counter[str] = field(default_factory=Counter)
    days: dict[str, set[date]] = field(default_factory=dict)
    refused: list[tuple[str, str]] = field(default_factory=list)
    refused_files: set[Path] = field(default_factory=set)

    def take(self, answer: Head) -> None:
        """Count a sound answer."""
        self.sound[answer.source] += 1
        self.days.setdefault(answer.source, set()).add(answer.day)

    def refuse(self, item: Recording | Unreadable, reason: str) -> None:
        """Name what was not taken."""
        self.refused.append((item.shown, reason))
        self.refused_files.add(item.path)


def import_recordings(
    found: Iterable[Found],
    settings: Settings,
    store: RawStore,
    progress: Callable[[int], None] = lambda _: None,
) -> Imported:
    """Keep every recording as a page; a file that is none, or too early, costs nothing but itself.

    A body that is not sound is kept as a refused page, and reported; so are pages that are not a whole answer
    together. Importing again changes nothing.
    """
    result, retired = Imported(), store.retired.all()
    with ThreadPoolExecutor() as threads:
        for batch in _batches(found):
            readable = [
                item for item in batch if isinstance(item, Recording) and _is_taken(item, settings, retired, result)
            ]
            judged = zip(readable, threads.map(lambda recording: _page(recording, settings), readable), strict=True)
            _keep([(recording, page) for recording, page in judged if _is_page(page, result)], store, result)
            for item in batch:
                if isinstance(item, Unreadable):
                    result.refuse(item, item.reason)
                elif isinstance(item, PagedSnapshot):
                    _keep_paged(item, settings, retired, store, result)
            progress(len(batch))
    return result


def _batches(found: Iterable[Found]) -> Iterator[list[Found]]:
    everything = iter(found)
    while batch := list(islice(everything, AT_ONCE)):
        yield batch


def _is_taken(recording: Recording, settings: Settings, retired: Set[date], result: Imported) -> bool:
    reason = None
    if recording.fetched_at.date() < settings.first_day:
        reason = f"is of {recording.fetched_at.date()}, before BELIB_FIRST_DAY ({settings.first_day})"
    elif recording.fetched_at > now():
        reason = f"is of {recording.fetched_at:%Y-%m-%d %H:%M} UTC, which is still to come"
    elif recording.fetched_at.date() in retired:
        reason = str(RetiredDayError([recording.fetched_at.date()]))
    if reason:
        result.refuse(recording, reason)
    return reason is None


def _page(recording: Recording, settings: Settings) -> Page | Unreadable:
    try:
        body = recording.read()
    except (OSError, InflateError) as error:
        return Unreadable(recording.path, str(error), recording.place)
    # the pages of an answer are judged together
    verdict = SOURCES[recording.source].judge(body, recording.media_type) if recording.paging is None else NOT_JUDGED
    if recording.refused_because and recording.paging is None:
        verdict = verdict.refused(recording.refused_because)
    in_force = settings.model_copy(update={"cadence_s": recording.cadence_s}) if recording.cadence_s else settings
    page = Page(
        source=recording.source,
        fetched_at=recording.fetched_at,
        received_at=max(recording.received_at or recording.fetched_at, recording.fetched_at),
        url=recording.url,
        status_code=None,
        headers={},
        media_type=recording.media_type,
        sha256=sha256(body),
        record_count=verdict.record_count,
        cadence_s=in_force.cadence_s,
        gap_limit_s=int(in_force.gap_limit.total_seconds()),
        origin="import",
        verdict="sound" if verdict.is_sound else "refused",
        reason=verdict.reason or verdict.warning,
        body=body,
    )
    return storable(page)


def _is_page(page: Page | Unreadable, result: Imported) -> TypeGuard[Page]:
    if isinstance(page, Unreadable):
        result.refuse(page, page.reason)
        return False
    return True


def _keep(judged: list[tuple[Recording, Page]], store: RawStore, result: Imported) -> None:
    for source in dict.fromkeys(page.source for _, page in judged):
        of_source = [(recording, page) for recording, page in judged if page.source == source]
        kept = store.keep(SOURCES[source].collection, [page for _, page in of_source])
        result.new[source] += len(kept.new)
        for recording, page in of_source:
            conflict = kept.conflicts.get((page.id, page.sha256))
            if conflict or not page.is_sound:
                result.refuse(recording, conflict or page.reason or "refused")
            else:
                result.take(page)


def _keep_paged(
    snapshot: PagedSnapshot, settings: Settings, retired: Set[date], store: RawStore, result: Imported
) -> None:
    taken = [page for page in snapshot.pages if _is_taken(page, settings, retired, result)]
    read = []
    for recording in taken:
        page = _page(recording, settings)
        if isinstance(page, Unreadable) or not page.is_sound:
            result.refuse(recording, page.reason or "refused")
        else:
            read.append((recording, page))
    if not read:
        return
    offered = [(page, recording.paging.offset if recording.paging else None) for recording, page in read]
    together = store.keep_paged(SOURCES[snapshot.source].collection, offered)
    answer = together.answer
    result.new[snapshot.source] += bool(together.new)
    if answer is not None and answer.is_sound:
        result.take(answer)
    for recording, page in read:
        reason = answer.reason if answer is not None and not answer.is_sound else None
        reason = together.conflicts.get(page.sha256, reason)
        if reason:
            result.refuse(recording, reason)
