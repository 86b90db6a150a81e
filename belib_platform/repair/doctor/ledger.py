"""ledger ↔ raw: every stored response has its attempt, every sound attempt its response, every body its hash."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from belib_platform.raw.archive.changes import changes
from belib_platform.raw.archive.raw_day import RawDay, raw_day
from belib_platform.raw.former_pages import sound_responses
from belib_platform.raw.ledger import facts_of, noted_responses
from belib_platform.raw.response import ResponseMetadata, epoch_ms
from belib_platform.raw.responses import damaged
from belib_platform.raw.store import RawStore
from belib_platform.repair.doctor.archived_day import NOTHING, Archived, archived, restoring
from belib_platform.repair.doctor.finding import Finding, Remedy
from belib_platform.repair.doctor.stores import Stores
from belib_platform.sources.registry import raw_collections

LAYER = "ledger ↔ raw"

Attempt = dict[str, Any]


def ledger_and_raw(stores: Stores, day: date) -> Iterator[Finding]:
    """Differences between the responses and the attempts of a UTC day; a retired day cannot be compared."""
    if day in stores.retired:
        yield Finding(LAYER, day, "pages are in the archive only", is_remark=True)
        return
    yield from _unnoted(stores, day)
    yield from _lost(stores, day)
    yield from _damaged(stores, day)


def _unnoted(stores: Stores, day: date) -> Iterator[Finding]:
    unnoted = unnoted_responses(stores.raw, day)
    in_archive = archived(stores, day) if unnoted else NOTHING
    if to_note := _may_be_noted(stores, day, unnoted, in_archive):
        yield Finding(LAYER, day, "pages the ledger does not know", len(to_note), to_note[0].id, Remedy.LEDGER)
    if others := [response for response in unnoted if response not in to_note]:
        summary = (
            "pages came for attempts that are archived with another outcome; both stay"
            if in_archive.is_known
            else "pages the ledger does not know; the archive may, and cannot be read"
        )
        yield Finding(LAYER, day, summary, len(others), others[0].id, is_remark=in_archive.is_known)


def responses_to_note(stores: Stores, day: date) -> list[ResponseMetadata]:
    """Stored responses of a UTC day with which the ledger is to be corrected.

    An archived attempt is left unchanged if its correction would count as damage of what was archived; a restore would
    undo it.
    """
    unnoted = unnoted_responses(stores.raw, day)
    return _may_be_noted(stores, day, unnoted, archived(stores, day) if unnoted else NOTHING)


def _may_be_noted(
    stores: Stores, day: date, unnoted: list[ResponseMetadata], in_archive: Archived
) -> list[ResponseMetadata]:
    if not in_archive.is_known:
        return []
    if not in_archive.attempts & {response.attempt_id for response in unnoted}:
        return unnoted
    held = raw_day(stores.raw, day)
    return [
        response
        for response in unnoted
        if not changes(in_archive.responses, in_archive.rows, _noted(held, response)).is_damage
    ]


def _noted(held: RawDay, response: ResponseMetadata) -> RawDay:
    """The day as it would be after the ledger is corrected with a response."""
    key = response.attempt_id
    rows = {str(row["_id"]): row for row in held.rows}
    known = {"_id": key, "source": response.source, "fetched_at_ms": epoch_ms(response.fetched_at)}
    return replace(held, rows=list({**rows, key: {**rows.get(key, {}), **known, **facts_of(response)}}.values()))


def _lost(stores: Stores, day: date) -> Iterator[Finding]:
    lost = [attempt["page_id"] for attempt in lost_responses(stores.raw, day)]
    in_archive = archived(stores, day) if lost else NOTHING
    gone = [
        response for response in lost if response not in in_archive.hashes
    ]  # the comparison with the archive reports the others
    if gone and in_archive.is_known:
        yield Finding(LAYER, day, "pages are lost, and nowhere else", len(gone), gone[0], Remedy.ACCEPT)
    elif gone:
        yield Finding(LAYER, day, "pages are lost; the archive may have them, and cannot be read", len(gone), gone[0])


def _damaged(stores: Stores, day: date) -> Iterator[Finding]:
    responses = [stores.raw.responses(collection) for collection in raw_collections()]
    ids = ((of.collection, [response.id for response in of.all_responses(day, day)]) for of in responses)
    hashes = {response: digest for collection, some in ids for response, digest in damaged(collection, some)}
    in_archive = archived(stores, day) if hashes else NOTHING
    back = sorted(response for response, digest in hashes.items() if in_archive.hashes.get(response) == digest)
    if back:
        remedy = restoring(stores, day)
        summary = "bodies are damaged, and archived" if remedy else "bodies are damaged, and so is the archived file"
        yield Finding(LAYER, day, summary, len(back), back[0], remedy)
    if gone := sorted(hashes.keys() - set(back)):
        where = "nowhere else" if in_archive.is_known else "the archive, which may have them, cannot be read"
        yield Finding(LAYER, day, f"bodies are damaged, and {where}", len(gone), gone[0])


def unnoted_responses(raw: RawStore, day: date) -> list[ResponseMetadata]:
    """Stored responses of a UTC day whose attempt the ledger lacks, or has with other facts."""
    attempts = {attempt["_id"]: attempt for attempt in raw.ledger.attempts(day)}
    noted = noted_responses(_responses(raw, day))
    return [response for response in noted if not _agrees(attempts.get(response.attempt_id), response)]


def lost_responses(raw: RawStore, day: date) -> list[Attempt]:
    """Attempts of a UTC day whose response raw no longer has, or has only in part."""
    responses = _responses(raw, day)
    stored = {response.attempt_id for response in responses}
    sound = {response.attempt_id for response in sound_responses(responses)}
    brought = [attempt for attempt in raw.ledger.attempts(day) if attempt.get("page_id")]
    return [a for a in brought if a["_id"] not in (sound if a["outcome"] == "sound" else stored)]


def _responses(raw: RawStore, day: date) -> list[ResponseMetadata]:
    return [
        response for collection in raw_collections() for response in raw.responses(collection).all_responses(day, day)
    ]


def _agrees(attempt: Attempt | None, response: ResponseMetadata) -> bool:
    """Whether the ledger has the facts of a response; the attempt of a refused page may have other ones."""
    if attempt is None or attempt["outcome"] != response.verdict:
        return False
    facts = facts_of(response).items()
    return not response.is_sound or all(attempt.get(name) == value for name, value in facts if name != "reason")
