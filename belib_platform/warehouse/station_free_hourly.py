"""`station_free_hourly` by UTC day: runs and the points' stations, joined after the mart's hours of the day."""

from datetime import UTC, date, datetime

import polars as pl

from belib_platform.contracts.clean import ChargePoint, ChargePointStatus
from belib_platform.contracts.contract import conform
from belib_platform.contracts.mart import StationAvailabilityHourly, StationFreeHourly
from belib_platform.transforms.station_free import station_free
from belib_platform.warehouse.inputs import Inputs
from belib_platform.warehouse.made_table import DailyTable, Preview, StaleDays, TableInput
from belib_platform.warehouse.notes import Note, Plan, plan
from belib_platform.warehouse.partition import Partition
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform.warehouse.written_days import is_over, writing

NOT_OVER = "the day is not over"


def station_free_partition(inputs: Inputs, day: date, *, full_refresh: bool = False) -> Partition:
    """The stations of one UTC day; no rows before it is over."""
    found = inputs.table(StationFreeHourly).note(day)
    mart = inputs.table(StationAvailabilityHourly).note(day)
    todo = _plan(found, mart, is_day_over=is_over(day, inputs.now), full_refresh=full_refresh)
    if todo.action == "nothing":
        return Partition(key=day.isoformat(), found=found, plan=todo)
    frame: pl.DataFrame = StationFreeHourly.create_empty()
    if is_over(day, inputs.now):
        runs, points = inputs.table(ChargePointStatus).rows(day), inputs.table(ChargePoint).rows()
        frame = conform(StationFreeHourly, station_free(day, runs.lazy(), points.lazy()).collect())
    return Partition(key=day.isoformat(), found=found, plan=todo, frame=frame)


def stale_free_days(warehouse: Warehouse, before: date) -> list[date]:
    """UTC days before a day, and over, whose hours in the mart were written since, or that were never made."""
    now = datetime.now(UTC)
    mart, own = warehouse.notes(StationAvailabilityHourly), warehouse.notes(StationFreeHourly)
    known = {date.fromisoformat(key) for key, note in mart.items() if note.row_count or key in own}
    due = sorted(day for day in known if day < before and is_over(day, now))
    plans = {
        day: _plan(own.get(day.isoformat()), mart[day.isoformat()], is_day_over=True, full_refresh=False) for day in due
    }
    return [day for day, todo in plans.items() if todo.action != "nothing"]


def _plan(found: Note | None, mart: Note | None, *, is_day_over: bool, full_refresh: bool) -> Plan:
    # The mart's hours depend on the same runs and points, and are written again when these change.
    inputs = [writing(mart) if is_day_over else NOT_OVER]
    return plan(found, STATION_FREE_HOURLY.basis, inputs, unsettled=1, full_refresh=full_refresh)


STATION_FREE_HOURLY = DailyTable(
    contract=StationFreeHourly,
    code_version="1",
    tables=(TableInput(ChargePointStatus), TableInput(ChargePoint), TableInput(StationAvailabilityHourly)),
    make=station_free_partition,
    is_live=False,
    stale_days=StaleDays(
        find=stale_free_days,
        key="free",
        cron="48 4 * * *",
        description="Days of station_free_hourly whose hours in the mart were made again since.",
        up_to_date="Every day of station_free_hourly fits the mart's hours.",
    ),
    preview=Preview(
        ["hour_at", "station_id", "arrondissement", "point_count", "free_s", "none_free_s", "undetermined_s"],
        ["hour_at", "none_free_s"],
    ),
)
