"""`charge_point_status` by UTC day: new responses are appended to the day, or the whole day is folded again."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import polars as pl

from belib_platform.contracts.clean import ChargePointStatus
from belib_platform.contracts.contract import conform, frame_schema, qualified_name
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.warehouse.folds import merged_runs
from belib_platform.warehouse.inputs import Inputs
from belib_platform.warehouse.lost_responses import refuse_nothing
from belib_platform.warehouse.made_table import DailyTable, Preview
from belib_platform.warehouse.notes import Note, Plan, plan
from belib_platform.warehouse.partition import Partition
from belib_platform.warehouse.warehouse import Table, between


def charge_point_status_partition(inputs: Inputs, day: date, *, full_refresh: bool = False) -> Partition:
    """The runs of one UTC day; a full refresh folds all of its responses and compares with the rows that are held."""
    raw, own = inputs.responses(BELIB), inputs.table(ChargePointStatus)
    found = own.note(day)
    responses = inputs.sound_responses(BELIB, day)
    refuse_nothing(ChargePointStatus, day, found, responses)
    todo = status_plan(found, [response.id for response in responses], full_refresh=full_refresh)
    if todo.action == "nothing":
        return Partition(key=day.isoformat(), found=found, plan=todo)
    fold = inputs.folds.of(raw, responses[todo.start :])
    runs = fold.runs
    differing, held, kept_rows = None, None, 0
    if todo.action == "append":
        held = open_runs(own, day, responses[todo.start].fetched_at)
        kept_rows = count_runs(own, day) - held.height
        runs = merged_runs([held, runs])
    elif found and found.fingerprint == todo.fingerprint:
        differing = difference(own.rows(day), runs)
    return Partition(
        key=day.isoformat(),
        found=found,
        plan=todo,
        frame=runs,
        held=held,
        kept_rows=kept_rows,
        rejects=fold.rejects,
        refolded_responses=[response.id for response in responses[todo.start :]] if todo.action == "append" else None,
        differing=differing,
    )


def status_plan(found: Note | None, page_ids: Sequence[str], *, full_refresh: bool = False) -> Plan:
    """What is to do about a day that has these sound responses, oldest first."""
    return plan(found, CHARGE_POINT_STATUS.basis, page_ids, full_refresh=full_refresh)


def open_runs(own: Table, day: date, since: datetime) -> pl.DataFrame:
    """Runs of a UTC day that an observation at an instant may prolong, and all that were seen after any of these.

    The others stay as they are.
    """
    of_day = f"{qualified_name(ChargePointStatus)} WHERE {between(ChargePointStatus)}"
    oldest = f"SELECT min(last_seen_at) FROM {of_day} AND holds_until >= $3"
    sql = f"SELECT {', '.join(frame_schema(ChargePointStatus))} FROM {of_day} AND last_seen_at >= ({oldest})"
    return conform(ChargePointStatus, own.warehouse.query(sql, day, day + timedelta(days=1), since))


def count_runs(own: Table, day: date) -> int:
    """Rows that the table holds of a UTC day."""
    sql = f"SELECT count(*) FROM {qualified_name(ChargePointStatus)} WHERE {between(ChargePointStatus)}"
    return int(own.warehouse.query(sql, day, day + timedelta(days=1)).item())


def difference(held: pl.DataFrame, folded: pl.DataFrame) -> pl.DataFrame:
    """Rows that only one of two versions of a day has."""
    key = held.columns
    return pl.concat(
        [
            held.join(folded, on=key, how="anti", nulls_equal=True),
            folded.join(held, on=key, how="anti", nulls_equal=True),
        ]
    )


CHARGE_POINT_STATUS = DailyTable(
    contract=ChargePointStatus,
    code_version="2",
    sources=(BELIB,),
    make=charge_point_status_partition,
    plan=lambda day: status_plan(day.note(ChargePointStatus), day.sound_ids(BELIB)),
    preview=Preview(["charge_point_id", "status", "first_seen_at", "last_seen_at", "poll_count"], ["first_seen_at"]),
)
