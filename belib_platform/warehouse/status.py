"""Runs of state by UTC day, of every feed: new responses are appended to the day, or the day is folded again."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import polars as pl

from belib_platform.contracts.contract import Contract, conform, frame_schema, qualified_name
from belib_platform.warehouse.changes import FoldedDay
from belib_platform.warehouse.feeds import BIKE_STATION_FEED, CHARGE_POINT_FEED, Feed
from belib_platform.warehouse.folds import merged_runs
from belib_platform.warehouse.inputs import Inputs, LedgerDay
from belib_platform.warehouse.lost_responses import refuse_nothing
from belib_platform.warehouse.made_table import DailyTable, Preview
from belib_platform.warehouse.notes import Plan, plan
from belib_platform.warehouse.partition import Partition
from belib_platform.warehouse.warehouse import Table, between


def status_table(feed: Feed, *, code_version: str, preview: Preview) -> DailyTable:
    """The declaration of a feed's status table."""

    def make(inputs: Inputs, day: date, *, full_refresh: bool = False) -> Partition:
        return _partition(feed, table.basis, inputs, day, full_refresh=full_refresh)

    def plan_by_ledger(day: LedgerDay) -> Plan:
        return plan(day.note(feed.status), table.basis, day.sound_ids(feed.source))

    table = DailyTable(
        contract=feed.status,
        code_version=code_version,
        sources=(feed.source,),
        make=make,
        plan=plan_by_ledger,
        preview=preview,
    )
    return table


def _partition(feed: Feed, basis: Sequence[str], inputs: Inputs, day: date, *, full_refresh: bool) -> Partition:
    """The runs of one UTC day; a full refresh folds all of its responses and compares with the rows that are held."""
    raw, own = inputs.responses(feed.source), inputs.table(feed.status)
    found = own.note(day)
    responses = inputs.sound_responses(day, feed.source)
    refuse_nothing(feed.status, day, found, responses)
    todo = plan(found, basis, [response.id for response in responses], full_refresh=full_refresh)
    if todo.action == "nothing":
        return Partition(key=day.isoformat(), found=found, plan=todo)
    new = responses[todo.start :]
    fold = inputs.folds.of(feed, raw, new)
    runs, held, kept_rows, differing = fold.runs, None, 0, None
    if todo.action == "append":
        held = open_runs(own, day, new[0].fetched_at)
        kept_rows = count_runs(own, day) - held.height
        runs = merged_runs(feed.status, feed.things, [held, fold.runs])
    else:
        differing = difference(own.rows(day), runs)
    before = raw.newest_before(feed.source.name, new[0].fetched_at) if new and todo.start == 0 else None
    return Partition(
        key=day.isoformat(),
        found=found,
        plan=todo,
        frame=runs,
        held=held,
        kept_rows=kept_rows,
        rejects=fold.rejects,
        refolded_responses=[response.id for response in new] if todo.action == "append" else None,
        differing=differing if found and found.fingerprint == todo.fingerprint else None,
        folded=FoldedDay(
            feed=feed,
            day=day,
            now=inputs.now,
            responses=new,
            follows=before.day if before else None,
            runs=fold.runs,
            frame=runs,
            held=held,
            differs=differing is None or not differing.is_empty(),
            found=found,
            plan=todo,
        ),
    )


def open_runs(own: Table, day: date, since: datetime) -> pl.DataFrame:
    """Runs of a UTC day that an observation at an instant may prolong, and all that were seen after any of these.

    The others stay as they are.
    """
    of_day = _of_day(own.contract)
    oldest = f"SELECT min(last_seen_at) FROM {of_day} AND holds_until >= $3"
    sql = f"SELECT {', '.join(frame_schema(own.contract))} FROM {of_day} AND last_seen_at >= ({oldest})"
    return conform(own.contract, own.warehouse.query(sql, day, day + timedelta(days=1), since))


def count_runs(own: Table, day: date) -> int:
    """Rows that the table holds of a UTC day."""
    return int(
        own.warehouse.query(f"SELECT count(*) FROM {_of_day(own.contract)}", day, day + timedelta(days=1)).item()
    )


def _of_day(contract: type[Contract]) -> str:
    return f"{qualified_name(contract)} WHERE {between(contract)}"


def difference(held: pl.DataFrame, folded: pl.DataFrame) -> pl.DataFrame:
    """Rows that only one of two versions of a day has."""
    key = held.columns
    return pl.concat(
        [
            held.join(folded, on=key, how="anti", nulls_equal=True),
            folded.join(held, on=key, how="anti", nulls_equal=True),
        ]
    )


CHARGE_POINT_STATUS = status_table(
    CHARGE_POINT_FEED,
    code_version="2",
    preview=Preview(["charge_point_id", "status", "first_seen_at", "last_seen_at", "poll_count"], ["first_seen_at"]),
)

BIKE_STATION_STATUS = status_table(
    BIKE_STATION_FEED,
    code_version="1",
    preview=Preview(
        ["station_code", "mechanical", "ebike", "docks", "is_reporting", "first_seen_at", "last_seen_at"],
        ["first_seen_at"],
    ),
)
"""In recorded data a station's counts change every quarter of an hour; so a run of its state holds few polls."""
