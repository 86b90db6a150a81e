"""ledger ↔ raw: every kept page has its attempt, every attempt that brought a page has it, every body its hash."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from belib_platform.archive.raw_day import COLLECTIONS
from belib_platform.doctor.archived import NOTHING, archived
from belib_platform.doctor.finding import Finding, Remedy
from belib_platform.doctor.stores import Stores
from belib_platform.raw.damage import damaged
from belib_platform.raw.ledger import facts_of
from belib_platform.raw.page import Head, epoch_ms
from belib_platform.raw.paged import answers, polls
from belib_platform.raw.store import RawStore

LAYER = "ledger ↔ raw"

Attempt = dict[str, Any]


def ledger_and_raw(stores: Stores, day: date) -> Iterator[Finding]:
    """What pages and attempts of a UTC day do not say of each other; of a retired day nothing can be said."""
    if day in stores.retired:
        yield Finding(LAYER, day, "pages are in the archive only", is_remark=True)
        return
    if unnoted := unnoted_answers(stores.raw, day):
        yield Finding(LAYER, day, "pages the ledger does not know", len(unnoted), unnoted[0].id, Remedy.LEDGER)
    yield from _lost(stores, day)
    yield from _damaged(stores, day)


def _lost(stores: Stores, day: date) -> Iterator[Finding]:
    lost = [attempt["page_id"] for attempt in lost_pages(stores.raw, day)]
    kept = archived(stores, day).pages if lost else NOTHING.pages  # those are said to be lost already
    if gone := [page for page in lost if page not in kept]:
        yield Finding(LAYER, day, "pages are lost, and nowhere else", len(gone), gone[0], Remedy.ACCEPT)


def _damaged(stores: Stores, day: date) -> Iterator[Finding]:
    pages = [stores.raw.pages(collection) for collection in COLLECTIONS]
    ids = ((of.collection, [head.id for head in of.all_heads(day, day)]) for of in pages)
    hashes = {page: digest for collection, some in ids for page, digest in damaged(collection, some)}
    kept = archived(stores, day).pages if hashes else NOTHING.pages
    back = sorted(page for page, digest in hashes.items() if kept.get(page) == digest)
    if back:
        yield Finding(LAYER, day, "bodies are damaged, and archived", len(back), back[0], Remedy.RESTORE)
    if gone := sorted(hashes.keys() - set(back)):
        yield Finding(LAYER, day, "bodies are damaged, and nowhere else", len(gone), gone[0])


def unnoted_answers(raw: RawStore, day: date) -> list[Head]:
    """Answers kept of a UTC day whose attempt is not in the ledger, or says otherwise."""
    attempts = {attempt["_id"]: attempt for attempt in raw.ledger.attempts(day)}
    return [head for head in answers(_heads(raw, day)) if not _tells(attempts.get(attempt_id(head)), head)]


def lost_pages(raw: RawStore, day: date) -> list[Attempt]:
    """Attempts of a UTC day that brought a page which raw no longer has whole."""
    heads = sorted(_heads(raw, day), key=lambda head: (head.fetched_at, head.page))
    kept = {attempt_id(head) for head in answers(heads)}
    whole = {attempt_id(head) for head in polls(heads)}
    brought = [attempt for attempt in raw.ledger.attempts(day) if attempt.get("page_id")]
    return [a for a in brought if a["_id"] not in (whole if a["outcome"] == "sound" else kept)]


def attempt_id(head: Head) -> str:
    """The `_id` of the attempt that brought a page."""
    return f"{head.source}/{epoch_ms(head.fetched_at)}"


def _heads(raw: RawStore, day: date) -> list[Head]:
    return [head for collection in COLLECTIONS for head in raw.pages(collection).all_heads(day, day)]


def _tells(attempt: Attempt | None, head: Head) -> bool:
    """A refused page's attempt may say more, and another reason, than the page does."""
    if attempt is None or attempt["outcome"] != head.verdict:
        return False
    told = {name: value for name, value in facts_of(head).items() if name != "reason"}
    return not head.is_sound or all(attempt.get(name) == value for name, value in told.items())
