"""`bike_tomorrow_skill` by local date: the forecast of the evening before against what came, once the date is over."""

from datetime import UTC, date, datetime, timedelta

import polars as pl

from belib_platform.contracts.bikes.mart import BikeAvailabilityHourly, BikeTomorrow, BikeTomorrowSkill
from belib_platform.contracts.contract import conform
from belib_platform.transforms.bike_tomorrow_skill import bike_tomorrow_skill
from belib_platform.warehouse.inputs import Inputs
from belib_platform.warehouse.local_daily import NOT_OVER
from belib_platform.warehouse.made_table import DailyTable, Preview, StaleDays, TableInput
from belib_platform.warehouse.notes import Note, Plan, plan
from belib_platform.warehouse.partition import Partition
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform.warehouse.written_days import is_over, writing

HOURS_BEFORE = (8, 7, 1, 0)
"""UTC days before the date, in which it and the date a week before lie."""


def bike_tomorrow_skill_partition(inputs: Inputs, day: date, *, full_refresh: bool = False) -> Partition:
    """The errors of the forecast for one date of Europe/Paris; no rows before the UTC day of the same date is over."""
    found = inputs.table(BikeTomorrowSkill).note(day)
    made_from = _made_from(inputs.warehouse, day, day, inputs.now)[day]
    todo = _plan(found, made_from, full_refresh=full_refresh)
    if todo.action == "nothing":
        return Partition(key=day.isoformat(), found=found, plan=todo)
    if not is_over(day, inputs.now):
        return Partition(key=day.isoformat(), found=found, plan=todo, frame=BikeTomorrowSkill.create_empty())
    forecasts, hours = inputs.table(BikeTomorrow), inputs.table(BikeAvailabilityHourly)
    both = [hours.rows(day - timedelta(days=back), day - timedelta(days=back - 1)) for back in (8, 1)]
    skill = bike_tomorrow_skill(day, forecasts.rows(day - timedelta(days=1)).lazy(), pl.concat(both).lazy())
    return Partition(key=day.isoformat(), found=found, plan=todo, frame=conform(BikeTomorrowSkill, skill))


def stale_skill_dates(warehouse: Warehouse, before: date) -> list[date]:
    """Dates before a day, and over, whose forecast or hours are no longer, or not yet, those that were compared."""
    now = datetime.now(UTC)
    forecasts, notes = warehouse.notes(BikeTomorrow), warehouse.notes(BikeTomorrowSkill)
    forecast = {date.fromisoformat(key) + timedelta(days=1) for key, note in forecasts.items() if note.row_count}
    known = forecast | {date.fromisoformat(key) for key in notes}
    due = sorted(day for day in known if day < before and is_over(day, now))
    if not due:
        return []
    inputs = _made_from(warehouse, due[0], due[-1], now)
    plans = {day: _plan(notes.get(day.isoformat()), inputs[day], full_refresh=False) for day in due}
    return [day for day, todo in plans.items() if todo.action != "nothing"]


def _made_from(warehouse: Warehouse, first: date, last: date, now: datetime) -> dict[date, list[str]]:
    """What each date's rows depend on, once it is over: the forecast of the evening before, and hours of four days."""
    earliest = first - timedelta(days=max(HOURS_BEFORE))
    forecasts, hours = (
        warehouse.notes(contract, earliest.isoformat(), last.isoformat())
        for contract in (BikeTomorrow, BikeAvailabilityHourly)
    )
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return {
        day: [
            writing(forecasts.get((day - timedelta(days=1)).isoformat())),
            *(writing(hours.get((day - timedelta(days=back)).isoformat())) for back in HOURS_BEFORE),
        ]
        if is_over(day, now)
        else NOT_OVER
        for day in days
    }


def _plan(found: Note | None, inputs: list[str], *, full_refresh: bool) -> Plan:
    return plan(found, BIKE_TOMORROW_SKILL.basis, inputs, unsettled=len(inputs), full_refresh=full_refresh)


BIKE_TOMORROW_SKILL = DailyTable(
    contract=BikeTomorrowSkill,
    code_version="1",
    tables=(
        TableInput(BikeTomorrow, days_before=1),
        TableInput(BikeAvailabilityHourly, days_before=max(HOURS_BEFORE)),
    ),
    make=bike_tomorrow_skill_partition,
    is_live=False,
    stale_days=StaleDays(
        find=stale_skill_dates,
        key="bike_tomorrow_skill",
        cron="7 5 * * *",
        description="Dates whose forecast of bikes, or hours of bike stations, were made again since.",
        up_to_date="Every date's forecast of bikes was compared with what came.",
    ),
    preview=Preview(
        ["target_date", "part", "lacking", "station_count", "squared_error", "over_climatology", "over_last_week"],
        ["target_date", "part"],
    ),
)
