"""`status_day` by UTC day, as it would stand in `belib_platform/warehouse/status_day.py`: a table made from a table."""

from datetime import date

import polars as pl

from belib_platform.contracts.contract import conform
from belib_platform.warehouse.inputs import Inputs
from belib_platform.warehouse.made_table import DailyTable, StaleDays, TableInput
from belib_platform.warehouse.notes import Note, Plan, plan
from belib_platform.warehouse.partition import Partition
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.recipes.clean import StatusCount, StatusDay


def status_day_partition(inputs: Inputs, day: date, *, full_refresh: bool = False) -> Partition:
    """The greatest counts of one UTC day."""
    found, counts = inputs.table(StatusDay).note(day), inputs.table(StatusCount)
    todo = _plan(found, counts.fingerprint(day), full_refresh=full_refresh)
    if todo.action == "nothing":
        return Partition(key=day.isoformat(), found=found, plan=todo)
    most = counts.rows(day).group_by("status").agg(pl.col("point_count").max().alias("most_points"))
    frame = conform(StatusDay, most.with_columns(pl.lit(day).alias("utc_date")))
    return Partition(key=day.isoformat(), found=found, plan=todo, frame=frame)


def stale_status_days(warehouse: Warehouse, before: date) -> list[date]:
    """UTC days before a day whose counts are no longer, or not yet, those that their rows were made from."""
    counts, own = warehouse.notes(StatusCount), warehouse.notes(StatusDay)
    plans = {key: _plan(own.get(key), note.fingerprint) for key, note in counts.items() if key < before.isoformat()}
    return [date.fromisoformat(key) for key, todo in plans.items() if todo.action != "nothing"]


def _plan(found: Note | None, counts: str, *, full_refresh: bool = False) -> Plan:
    return plan(found, STATUS_DAY.basis, [counts], unsettled=1, full_refresh=full_refresh)


STATUS_DAY = DailyTable(
    contract=StatusDay,
    code_version="1",
    tables=(TableInput(StatusCount),),
    make=status_day_partition,
    is_live=False,
    stale_days=StaleDays(
        find=stale_status_days,
        key="status",
        cron="3 6 * * *",
        description="Days whose counts by status were made again since.",
        up_to_date="Every day fits its counts by status.",
    ),
)
