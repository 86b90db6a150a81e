"""`poll` by UTC day: every attempt of the ledger with what its page says as a whole."""

from collections.abc import Sequence, Set
from datetime import date
from typing import Any

import polars as pl

from belib_platform.contracts.clean import Poll
from belib_platform.contracts.contract import conform, fingerprint, frame_schema
from belib_platform.raw.ledger import Ledger
from belib_platform.raw.page import Head, instant_of
from belib_platform.raw.pages import RawPages
from belib_platform.sources import belib_realtime
from belib_platform.sources.records import Decoded
from belib_platform.transforms.facts import poll_facts
from belib_platform.transforms.sightings import status_of
from belib_platform.warehouse.lost_pages import refuse_nothing
from belib_platform.warehouse.notes import Note, Plan, plan
from belib_platform.warehouse.records import decoded_chunks
from belib_platform.warehouse.warehouse import Table
from belib_platform.warehouse.window import Window

CODE_VERSION = "2"
COLUMNS = ("status_word", "source_updated_at")
FACTS = ["newest_source_updated_at", "fresh_ratio", "unknown_ratio", "future_stamp_count"]


def poll_window(day: date, ledger: Ledger, pages: RawPages, status: Table, own: Table, *, anew: bool = False) -> Window:
    """The attempts of one UTC day; those whose verdict or folding changed, and all after them, are read again."""
    found = own.note(day)
    attempts = ledger.attempts(day)
    heads = pages.heads(day)
    if not attempts or any(_brought_a_page(attempt) for attempt in attempts):
        refuse_nothing(Poll, day, found, heads)
    folded = folded_pages(heads, status.note(day))
    todo = poll_plan(found, attempts, folded, anew=anew)
    if todo.action == "nothing":
        return Window(key=day.isoformat(), found=found, plan=todo)
    fresh = [_row(attempt, folded) for attempt in attempts[todo.start :]]
    rows = pl.DataFrame(fresh, schema=_known_schema())
    facts = _facts(pages, [head for head in heads if head.id in set(rows["page_id"])])
    frame = conform(Poll, rows.join(facts, on="page_id", how="left"))
    if todo.action == "append":
        frame = pl.concat([own.rows(day), frame])
    return Window(key=day.isoformat(), found=found, plan=todo, frame=frame.unique(Poll.primary_key(), keep="last"))


def poll_plan(found: Note | None, attempts: Sequence[dict[str, Any]], folded: Set[str], *, anew: bool = False) -> Plan:
    """What is to do about a day that has these attempts, oldest first, given the ids of the pages folded."""
    inputs = [f"{a['_id']} {a['outcome']} {a.get('page_id') in folded}" for a in attempts]
    return plan(found, [CODE_VERSION, fingerprint(Poll)], inputs, anew=anew)


def _brought_a_page(attempt: dict[str, Any]) -> bool:
    return bool(attempt["outcome"] == "sound" and attempt["source"] == belib_realtime.BELIB.name)


def folded_pages(heads: list[Head], note: Note | None) -> set[str]:
    """Ids of the pages that the note of `charge_point_status` covers."""
    return {head.id for head in heads[: note.settled_count]} if note else set()


def _known_schema() -> dict[str, pl.DataType]:
    return {column: dtype for column, dtype in frame_schema(Poll).items() if column not in FACTS}


def _row(attempt: dict[str, Any], folded: set[str]) -> dict[str, Any]:
    received = attempt.get("received_at_ms")
    return {
        "fetched_at": instant_of(attempt["fetched_at_ms"]),
        "source": attempt["source"],
        "origin": attempt["origin"],
        "outcome": attempt["outcome"],
        "reason": attempt.get("reason"),
        "received_at": instant_of(received) if received else None,
        "page_id": attempt.get("page_id"),
        "record_count": attempt.get("record_count"),
        "is_folded": attempt.get("page_id") in folded,
    }


def _facts(pages: RawPages, heads: list[Head]) -> pl.DataFrame:
    chunks = [
        poll_facts(records.with_columns(status_of(records["status_word"])).lazy()).collect()
        for records, _ in decoded_chunks(pages, heads, _decode)
        if records is not None
    ]
    schema = pl.Schema({column: frame_schema(Poll)[column] for column in ("page_id", *FACTS)})
    return pl.concat([pl.DataFrame(schema=schema), *(chunk.cast(schema) for chunk in chunks)])


def _decode(body: bytes, media_type: str) -> Decoded:
    return belib_realtime.decode(body, media_type, columns=COLUMNS)
