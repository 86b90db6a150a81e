"""ledger ↔ raw: every kept response has its attempt, every sound attempt its response, every body its hash."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from belib_platform.raw.archive.changes import changes
from belib_platform.raw.archive.raw_day import RawDay, raw_day
from belib_platform.raw.damage import damaged
from belib_platform.raw.former_pages import sound_responses
from belib_platform.raw.ledger import facts_of, noted_responses
from belib_platform.raw.response import ResponseMetadata, epoch_ms
from belib_platform.raw.store import RawStore
from belib_platform.repair.doctor.finding import Finding, Remedy
from belib_platform.repair.doctor.kept import NOTHING, Archived, archived, restoring
from belib_platform.repair.doctor.stores import Stores
from belib_platform.sources.registry import raw_collections

LAYER = "ledger ↔ raw"

Attempt = dict[str, Any]


def ledger_and_raw(stores: Stores, day: date) -> Iterator[Finding]:
    """What responses and attempts of a UTC day do not say of each other; of a retired day nothing can be said."""
    if day in stores.retired:
        yield Finding(LAYER, day, "pages are in the archive only", is_remark=True)
        return
    yield from _unnoted(stores, day)
    yield from _lost(stores, day)
    yield from _damaged(stores, day)


def _unnoted(stores: Stores, day: date) -> Iterator[Finding]:
    unnoted = unnoted_answers(stores.raw, day)
    kept = archived(stores, day) if unnoted else NOTHING
    if to_note := _may_be_noted(stores, day, unnoted, kept):
        yield Finding(LAYER, day, "pages the ledger does not know", len(to_note), to_note[0].id, Remedy.LEDGER)
    if others := [head for head in unnoted if head not in to_note]:
        archived_so = "pages came for attempts that are archived with another outcome; both stay"
        unknown = "pages the ledger does not know; the archive may, and cannot be read"
        said = archived_so if kept.is_known else unknown
        yield Finding(LAYER, day, said, len(others), others[0].id, is_remark=kept.is_known)


def answers_to_note(stores: Stores, day: date) -> list[ResponseMetadata]:
    """Answers kept of a UTC day that the ledger is to be corrected by.

    An attempt that is archived stays, unless what its response says of it may follow what was archived: raw would be
    damaged else, and a restore would undo the correction.
    """
    unnoted = unnoted_answers(stores.raw, day)
    return _may_be_noted(stores, day, unnoted, archived(stores, day) if unnoted else NOTHING)


def _may_be_noted(stores: Stores, day: date, unnoted: list[ResponseMetadata], kept: Archived) -> list[ResponseMetadata]:
    if not kept.is_known:
        return []
    if not kept.attempts & {attempt_id(head) for head in unnoted}:
        return unnoted
    held = raw_day(stores.raw, day)
    return [head for head in unnoted if not changes(kept.heads, kept.rows, _noted(held, head)).is_damage]


def _noted(held: RawDay, head: ResponseMetadata) -> RawDay:
    """The day as it would be once the ledger was corrected by a response."""
    key = attempt_id(head)
    rows = {str(row["_id"]): row for row in held.rows}
    known = {"_id": key, "source": head.source, "fetched_at_ms": epoch_ms(head.fetched_at)}
    return replace(held, rows=list({**rows, key: {**rows.get(key, {}), **known, **facts_of(head)}}.values()))


def _lost(stores: Stores, day: date) -> Iterator[Finding]:
    lost = [attempt["page_id"] for attempt in lost_responses(stores.raw, day)]
    kept = archived(stores, day) if lost else NOTHING
    gone = [response for response in lost if response not in kept.responses]  # those are said to be lost already
    if gone and kept.is_known:
        yield Finding(LAYER, day, "pages are lost, and nowhere else", len(gone), gone[0], Remedy.ACCEPT)
    elif gone:
        yield Finding(LAYER, day, "pages are lost; the archive may have them, and cannot be read", len(gone), gone[0])


def _damaged(stores: Stores, day: date) -> Iterator[Finding]:
    responses = [stores.raw.responses(collection) for collection in raw_collections()]
    ids = ((of.collection, [head.id for head in of.all_responses(day, day)]) for of in responses)
    hashes = {response: digest for collection, some in ids for response, digest in damaged(collection, some)}
    kept = archived(stores, day) if hashes else NOTHING
    back = sorted(response for response, digest in hashes.items() if kept.responses.get(response) == digest)
    if back:
        remedy = restoring(stores, day)
        said = "bodies are damaged, and archived" if remedy else "bodies are damaged, and so is the archived file"
        yield Finding(LAYER, day, said, len(back), back[0], remedy)
    if gone := sorted(hashes.keys() - set(back)):
        where = "nowhere else" if kept.is_known else "the archive, which may have them, cannot be read"
        yield Finding(LAYER, day, f"bodies are damaged, and {where}", len(gone), gone[0])


def unnoted_answers(raw: RawStore, day: date) -> list[ResponseMetadata]:
    """Answers kept of a UTC day whose attempt is not in the ledger, or says otherwise."""
    attempts = {attempt["_id"]: attempt for attempt in raw.ledger.attempts(day)}
    return [head for head in noted_responses(_heads(raw, day)) if not _tells(attempts.get(attempt_id(head)), head)]


def lost_responses(raw: RawStore, day: date) -> list[Attempt]:
    """Attempts of a UTC day that brought a response which raw no longer has whole."""
    heads = _heads(raw, day)
    kept = {attempt_id(head) for head in heads}
    sound = {attempt_id(head) for head in sound_responses(heads)}
    brought = [attempt for attempt in raw.ledger.attempts(day) if attempt.get("page_id")]
    return [a for a in brought if a["_id"] not in (sound if a["outcome"] == "sound" else kept)]


def attempt_id(head: ResponseMetadata) -> str:
    """The `_id` of the attempt that brought a response."""
    return head.attempt_id


def _heads(raw: RawStore, day: date) -> list[ResponseMetadata]:
    return [head for collection in raw_collections() for head in raw.responses(collection).all_responses(day, day)]


def _tells(attempt: Attempt | None, head: ResponseMetadata) -> bool:
    """A refused page's attempt may say more, and another reason, than the response does."""
    if attempt is None or attempt["outcome"] != head.verdict:
        return False
    told = {name: value for name, value in facts_of(head).items() if name != "reason"}
    return not head.is_sound or all(attempt.get(name) == value for name, value in told.items())
