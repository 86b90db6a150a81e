"""`poll` by UTC day: every attempt of the ledger with what its response says as a whole."""

from collections.abc import Sequence, Set
from datetime import date
from typing import Any

import polars as pl

from belib_platform.contracts.clean import Poll
from belib_platform.contracts.contract import conform, frame_schema
from belib_platform.raw.response import ResponseMetadata, instant_of
from belib_platform.transforms.facts import FACTS
from belib_platform.warehouse.feeds import FEEDS
from belib_platform.warehouse.inputs import Inputs, LedgerDay
from belib_platform.warehouse.lost_responses import refuse_nothing
from belib_platform.warehouse.made_table import DailyTable, Preview, TableInput
from belib_platform.warehouse.notes import Note, Plan, plan
from belib_platform.warehouse.partition import Partition


def poll_partition(inputs: Inputs, day: date, *, full_refresh: bool = False) -> Partition:
    """The attempts of one UTC day; those whose verdict or folding changed, and all after them, are read again."""
    own = inputs.table(Poll)
    found = own.note(day)
    attempts = inputs.raw.ledger.attempts(day)
    responses = {feed: inputs.sound_responses(day, feed.source) for feed in FEEDS}
    if not attempts or any(_brought_a_response(attempt) for attempt in attempts):
        refuse_nothing(Poll, day, found, [response for of_feed in responses.values() for response in of_feed])
    folded = set[str]().union(
        *(folded_responses(of_feed, inputs.table(feed.status).note(day)) for feed, of_feed in responses.items())
    )
    todo = poll_plan(found, attempts, folded, full_refresh=full_refresh)
    if todo.action == "nothing":
        return Partition(key=day.isoformat(), found=found, plan=todo)
    fresh = [_row(attempt, folded) for attempt in attempts[todo.start :]]
    rows = pl.DataFrame(fresh, schema=_known_schema())
    brought = set(rows["page_id"])
    facts = [
        inputs.folds.of(feed, inputs.responses(feed.source), [kept for kept in of_feed if kept.id in brought]).facts
        for feed, of_feed in responses.items()
    ]
    frame = conform(Poll, rows.join(pl.concat(facts), on="page_id", how="left"))
    held = own.rows(day) if todo.action == "append" else None
    if held is not None:
        frame = pl.concat([held, frame])
    frame = frame.unique(Poll.primary_key(), keep="last")
    return Partition(key=day.isoformat(), found=found, plan=todo, frame=frame, held=held)


def poll_plan(
    found: Note | None, attempts: Sequence[dict[str, Any]], folded: Set[str], *, full_refresh: bool = False
) -> Plan:
    """What is to do about a day that has these attempts, oldest first, given the ids of the responses folded."""
    rows = [f"{a['_id']} {a['outcome']} {a.get('page_id') in folded}" for a in attempts]
    return plan(found, POLL.basis, rows, full_refresh=full_refresh)


def _plan_by_ledger(day: LedgerDay) -> Plan:
    folded = set[str]()
    for feed in FEEDS:
        if status := day.note(feed.status):
            folded.update(day.sound_ids(feed.source)[: status.settled_count])
    return poll_plan(day.note(Poll), day.attempts, folded)


def _brought_a_response(attempt: dict[str, Any]) -> bool:
    return bool(attempt["outcome"] == "sound" and attempt["source"] in {feed.source.name for feed in FEEDS})


def folded_responses(responses: Sequence[ResponseMetadata], note: Note | None) -> set[str]:
    """Ids of the responses that the note of a feed's status table covers."""
    return {response.id for response in responses[: note.settled_count]} if note else set()


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


POLL = DailyTable(
    contract=Poll,
    code_version="2",
    sources=tuple(feed.source for feed in FEEDS),
    tables=tuple(TableInput(feed.status) for feed in FEEDS),
    make=poll_partition,
    plan=_plan_by_ledger,
    preview=Preview(
        ["fetched_at", "source", "outcome", "record_count", "fresh_ratio", "unknown_ratio", "reason"], ["fetched_at"]
    ),
)
