"""Imported pages of records: each is stored unchanged, and once none is missing, their records become one response.

A page is stored as a refused response, since it is not the whole set. Its number is one more than the number of records
before it, so that the response joined from the pages can have the number 0, like every other. Raw and the archive
therefore have the bytes of each page and of the response, and no stored document is ever changed.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from belib_platform.raw.former_pages import is_former_page, sound_responses
from belib_platform.raw.response import Response, ResponseMetadata, sha256, storable
from belib_platform.raw.store import RawStore
from belib_platform.recordings.recognition import JSON, TABLES
from belib_platform.sources.explore_pages import count_of, gathered, joined
from belib_platform.sources.record_body import read_records
from belib_platform.sources.records import BodyError
from belib_platform.sources.registry import SOURCES
from belib_platform.sources.verdict import ANNOUNCED_SHARE, Usual, Verdict, against_usual, most_of, refused


class Page(NamedTuple):
    """A page to import, and the number of records before its own, if it is known."""

    response: Response
    offset: int | None


class Joined(NamedTuple):
    """The result for pages of one source and instant.

    `new` is to be stored: pages, and the response that they complete. `response` is that one, or the one that is stored
    already; `refused` says why there is none yet. Both are None if every page conflicts. `conflicts` says, by hash, why
    a page is not stored.
    """

    new: list[Response]
    response: ResponseMetadata | None
    refused: str | None
    conflicts: dict[str, str]


def keep_pages(store: RawStore, pages: Sequence[Page], usual: Usual | None = None) -> Joined:
    """Store pages of one source and instant beside those imported before, and the response if they complete it."""
    source, fetched_at = pages[0].response.source, pages[0].response.fetched_at
    collection = SOURCES[source].collection
    before = store.responses(collection).of_instant(source, fetched_at)
    found = join(before, pages, usual)
    if not found.new:
        store.ledger.kept(before)  # the process that stored them may have died before it noted them
    kept = store.keep(collection, found.new)
    conflicts = found.conflicts | {digest: reason for (_, digest), reason in kept.conflicts.items()}
    if found.response is not None and (reason := conflicts.get(found.response.sha256)):
        return found._replace(response=None, refused=reason)  # a concurrent import stored another response
    return found._replace(conflicts=conflicts)


def join(kept: Sequence[Response], pages: Sequence[Page], usual: Usual | None = None) -> Joined:
    """Add pages to the stored ones of the same source and instant, and join all of them once they are complete.

    If a whole response is stored already, pages are stored only if together they equal it; others conflict with it.
    """
    is_former = any(map(is_former_page, kept))
    kept_pages = [page for page in kept if is_former_page(page) or (not page.is_sound and (page.page or is_former))]
    first_number = 0 if is_former else 1  # earlier versions numbered pages from 0: what is added to theirs goes on so
    new, conflicts = _numbered(kept_pages, pages, first_number)
    union = sorted([*kept_pages, *new], key=lambda page: page.page)
    whole = next((response for response in kept if response.is_sound and not is_former_page(response)), None)
    if known := whole or next(iter(sound_responses(kept)), None):
        if not conflicts and (not new or (whole and whole.sha256 == sha256(_records(union)))):
            return Joined(_of_response(new, known), known, None, {})
        taken = f"{known.attempt_id} is kept already as a whole response; this page claims its instant and was not kept"
        conflicts |= {page.sha256: taken for page in new} | dict.fromkeys(conflicts, taken)
        return Joined([], known if len(conflicts) < len(pages) else None, None, conflicts)
    if not new and len(conflicts) == len(pages):
        return Joined([], None, None, conflicts)
    verdict = against_usual(judge_pages(union[0].source, [page.body for page in union]), usual)
    number = union[-1].page + 1 if any(document.page == 0 for document in (*kept, *union)) else 0
    response = _joined(union, verdict, number) if verdict.is_sound else None
    if response is None or not response.is_sound:
        reason = str(verdict.reason if response is None else response.reason)
        return Joined([_refused(page, reason) for page in new], None, reason, conflicts)
    return Joined([*_of_response(new, response), response], response, None, conflicts)


def judge_pages(source: str, bodies: Sequence[bytes]) -> Verdict:
    """Sound if the joined records are, and have between 99 % and 101 % as many distinct ids as the pages announce.

    Not exactly as many, since the table changes while one page after another is requested. `record_count` counts the
    records of all pages.
    """
    if source not in TABLES:
        return refused(f"{source} does not answer in pages of records.")
    try:
        records, total_count = gathered(bodies)
    except BodyError as error:
        return refused(f"A page {error}.")
    body = json.dumps(records).encode()
    verdict = SOURCES[source].judge(body, JSON)
    if not verdict.is_sound:
        return verdict
    layout = TABLES[source]
    ids = read_records(body, JSON, layout).frame[layout.key.name].n_unique()
    if ANNOUNCED_SHARE * total_count <= ids <= most_of(total_count):
        return verdict
    pages = "its page holds" if len(bodies) == 1 else f"its {len(bodies):,} pages hold"
    what = "partial" if ids < total_count else "more than announced"
    return verdict.refused(f"The snapshot is {what}: {pages} {ids:,} of {total_count:,} records.")


def _records(pages: Sequence[Response]) -> bytes:
    return joined(page.body for page in pages)


def _joined(pages: Sequence[Response], verdict: Verdict, number: int) -> Response:
    """The response that an export would have been; it has no URL, since nobody sent it like this."""
    body = _records(pages)
    response = replace(
        pages[0],
        received_at=max(page.received_at for page in pages),
        url=None,
        media_type=JSON,
        sha256=sha256(body),
        record_count=verdict.record_count,
        verdict="sound",
        reason=verdict.warning,
        page=number,
        page_count=0,
        body=body,
    )
    return storable(response)


def _of_response(pages: Sequence[Response], response: ResponseMetadata) -> list[Response]:
    return [_refused(page, f"A page of records; {response.id} holds those of all pages.") for page in pages]


def _refused(page: Response, reason: str) -> Response:
    return replace(page, verdict="refused", reason=reason, record_count=count_of(page.body))


def _numbered(kept: Sequence[Response], pages: Sequence[Page], first: int) -> tuple[list[Response], dict[str, str]]:
    """The pages that are not stored yet, by offset or else in the order given, and those whose number is taken."""
    taken = {page.page: page.sha256 for page in kept}
    new: list[Response] = []
    conflicts: dict[str, str] = {}
    for page, offset in pages:
        if page.sha256 in taken.values():
            continue
        number = first + offset if offset is not None else max(taken, default=first - 1) + 1
        if number in taken:
            conflicts[page.sha256] = (
                f"{page.attempt_id}/{number} is kept with SHA-256 {taken[number][:12]}…; another page, "
                f"{page.sha256[:12]}…, claims the same place and was not kept"
            )
            continue
        taken[number] = page.sha256
        new.append(replace(page, page=number))
    return new, conflicts
