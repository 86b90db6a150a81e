"""Somebody's recordings become pages: judged like polls, kept in the same place, and the ledger says `import`."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Set
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import TypeGuard

from belib_platform.raw.page import Page, sha256, storable
from belib_platform.raw.retired import RetiredDayError
from belib_platform.raw.store import RawStore
from belib_platform.settings import Settings
from belib_platform.sources.answer import now
from belib_platform.sources.inflating import InflateError
from belib_platform.sources.recordings import Recording, Unreadable
from belib_platform.sources.registry import SOURCES

AT_ONCE = 32
"""Recordings judged and kept together."""


@dataclass
class Imported:
    """What an import did: sound pages by source, how many were new, UTC days by source, and what was not taken."""

    sound: Counter[str] = field(default_factory=Counter)
    new: Counter[str] = field(default_factory=Counter)
    days: dict[str, set[date]] = field(default_factory=dict)
    refused: list[tuple[str, str]] = field(default_factory=list)


def import_recordings(
    found: Iterable[Recording | Unreadable],
    settings: Settings,
    store: RawStore,
    progress: Callable[[int], None] = lambda _: None,
) -> Imported:
    """Keep every recording as a page; a file that is none, or too early, costs nothing but itself.

    A body that is not sound is kept as a refused page, and reported. Importing again changes nothing.
    """
    result, retired = Imported(), store.retired.all()
    with ThreadPoolExecutor() as threads:
        for batch in _batches(found):
            readable = [taken for item in batch if (taken := _taken(item, settings, retired, result))]
            judged = zip(readable, threads.map(lambda recording: _page(recording, settings), readable), strict=True)
            _keep([(recording, page) for recording, page in judged if _is_page(page, result)], store, result)
            progress(len(batch))
    return result


def _batches(found: Iterable[Recording | Unreadable]) -> Iterator[list[Recording | Unreadable]]:
    everything = iter(found)
    while batch := list(islice(everything, AT_ONCE)):
        yield batch


def _taken(
    recording: Recording | Unreadable, settings: Settings, retired: Set[date], result: Imported
) -> Recording | None:
    if isinstance(recording, Unreadable):
        result.refused.append((str(recording.path), recording.reason))
        return None
    reason = None
    if recording.fetched_at.date() < settings.first_day:
        reason = f"is of {recording.fetched_at.date()}, before BELIB_FIRST_DAY ({settings.first_day})"
    elif recording.fetched_at > now():
        reason = f"is of {recording.fetched_at:%Y-%m-%d %H:%M} UTC, which is still to come"
    elif recording.fetched_at.date() in retired:
        reason = str(RetiredDayError([recording.fetched_at.date()]))
    if reason:
        result.refused.append((str(recording.path), reason))
        return None
    return recording


def _page(recording: Recording, settings: Settings) -> Page | Unreadable:
    try:
        body = recording.read()
    except (OSError, InflateError) as error:
        return Unreadable(recording.path, str(error))
    verdict = SOURCES[recording.source].judge(body, recording.media_type)
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
        cadence_s=settings.cadence_s,
        gap_limit_s=int(settings.gap_limit.total_seconds()),
        origin="import",
        verdict="sound" if verdict.is_sound else "refused",
        reason=verdict.reason or verdict.warning,
        body=body,
    )
    return storable(page)


def _is_page(page: Page | Unreadable, result: Imported) -> TypeGuard[Page]:
    if isinstance(page, Unreadable):
        result.refused.append((str(page.path), page.reason))
        return False
    return True


def _keep(judged: list[tuple[Recording, Page]], store: RawStore, result: Imported) -> None:
    for source in dict.fromkeys(page.source for _, page in judged):
        of_source = [(recording, page) for recording, page in judged if page.source == source]
        kept = store.keep(SOURCES[source].collection, [page for _, page in of_source])
        result.new[source] += len(kept.new)
        for recording, page in of_source:
            _note(recording, page, kept.conflicts.get((page.id, page.sha256)), result)


def _note(recording: Recording, page: Page, conflict: str | None, result: Imported) -> None:
    if conflict:
        result.refused.append((str(recording.path), conflict))
    elif page.is_sound:
        result.sound[page.source] += 1
        result.days.setdefault(page.source, set()).add(page.day)
    else:
        result.refused.append((str(recording.path), page.reason or "refused"))
