"""Answers that came in pages of records: one poll when they are complete together, and none before."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from belib_platform.raw.response import Response, ResponseMetadata
from belib_platform.sources.explore_pages import count_of
from belib_platform.sources.page_verdict import judge_pages
from belib_platform.sources.verdict import Usual, against_usual


def polls(all_metadata: Iterable[ResponseMetadata]) -> list[ResponseMetadata]:
    """One head per sound answer, given heads by time and page; pages of which some are missing are no answer."""
    instants: dict[tuple[datetime, str], list[ResponseMetadata]] = {}
    for metadata in all_metadata:
        if metadata.is_sound:
            instants.setdefault((metadata.fetched_at, metadata.source), []).append(metadata)
    answers = [pages for pages in instants.values() if len(pages) >= pages[0].page_count]
    return [whole(pages) if pages[0].page_count else pages[0] for pages in answers]


def answers(all_metadata: Iterable[ResponseMetadata]) -> list[ResponseMetadata]:
    """One head per answer, refused ones and those of which pages are missing too, by time, source and page."""
    instants: dict[tuple[datetime, str], list[ResponseMetadata]] = {}
    for metadata in sorted(all_metadata, key=lambda metadata: (metadata.fetched_at, metadata.source, metadata.page)):
        instants.setdefault((metadata.fetched_at, metadata.source), []).append(metadata)
    return [whole(pages) if pages[0].page_count else pages[0] for pages in instants.values()]


def whole(pages: Sequence[ResponseMetadata]) -> ResponseMetadata:
    """The head of all pages of an answer: the first one's, with the records of all."""
    return replace(
        pages[0],
        record_count=sum(page.record_count or 0 for page in pages),
        received_at=max(page.received_at for page in pages),
    )


class Together(NamedTuple):
    """What becomes of pages of one source and instant: those to add, those to judge again, those that conflict.

    `conflicts` gives reasons by hash. `answer` is what they are together; None where all conflict.
    """

    new: list[Response]
    judged_again: list[Response]
    conflicts: dict[str, str]
    answer: ResponseMetadata | None


def put_together(
    kept: Sequence[Response], offered: Sequence[tuple[Response, int | None]], usual: Usual | None = None
) -> Together:
    """Judge pages with those kept of the same source and instant; each offered one comes with its offset, if known.

    What is kept as a sound answer never changes: pages it does not have conflict with it.
    """
    numbered, conflicts = _numbered(kept, offered)
    known = {page.page for page in kept}
    union = sorted([*kept, *(page for page in numbered if page.page not in known)], key=lambda page: page.page)
    if all(page.sha256 in conflicts for page, _ in offered):
        return Together([], [], conflicts, None)
    if _is_closed(kept):
        return Together([], [], conflicts, whole(kept))
    verdict = against_usual(judge_pages(union[0].source, [page.body for page in union]), usual)
    judged = [
        replace(
            page,
            verdict="sound" if verdict.is_sound else "refused",
            reason=verdict.reason or verdict.warning,
            record_count=count_of(page.body),
            page_count=len(union),
        )
        for page in union
    ]
    again = [page for page in judged if page.page in known] if verdict.is_sound else []
    return Together([page for page in judged if page.page not in known], again, conflicts, whole(judged))


def _is_closed(kept: Sequence[Response]) -> bool:
    return bool(kept) and (not kept[0].page_count or bool(polls(kept)))


def _numbered(
    kept: Sequence[Response], offered: Sequence[tuple[Response, int | None]]
) -> tuple[list[Response], dict[str, str]]:
    """Pages with their numbers: the offset, else that of the same bytes, else the next; and who found theirs taken."""
    taken = {page.page: page.sha256 for page in kept}
    is_closed = _is_closed(kept)
    numbered, conflicts = [], {}
    for page, offset in offered:
        if page.sha256 in taken.values():
            continue
        number = offset if offset is not None else max(taken, default=-1) + 1
        if is_closed or number in taken:
            conflicts[page.sha256] = _told(page, number, taken, is_closed=is_closed)
            continue
        taken[number] = page.sha256
        numbered.append(replace(page, page=number))
    return numbered, conflicts


def _told(page: Response, number: int, taken: dict[int, str], *, is_closed: bool) -> str:
    instant = page.id.rpartition("/")[0]
    if is_closed:
        return f"{instant} is kept already as a whole answer; this page claims the same instant and was not kept"
    return (
        f"{instant}/{number} is kept with SHA-256 {taken[number][:12]}…; another page, {page.sha256[:12]}…, claims the "
        "same place and was not kept"
    )
