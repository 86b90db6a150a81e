"""`city_daily` by local date: hours of two UTC days of the mart, added up once the date is over."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from belib_platform.contracts.contract import conform
from belib_platform.contracts.mart import CityDaily, StationAvailabilityHourly
from belib_platform.transforms.city import city_day
from belib_platform.transforms.local_calendar import is_public_holiday, is_school_holiday
from belib_platform.warehouse.inputs import Inputs
from belib_platform.warehouse.made_table import DailyTable, Preview, StaleDays, TableInput
from belib_platform.warehouse.notes import Note, Plan, plan
from belib_platform.warehouse.partition import ConcurrentWriteError, Partition
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform.warehouse.written_days import is_over, writing

DAYS_BEFORE = 1
"""UTC days before the one of the same date in which a date of Paris begins."""

NOT_OVER = ["the day is not over"]


def city_daily_partition(inputs: Inputs, day: date, *, full_refresh: bool = False) -> Partition:
    """The arrondissements of one date of Europe/Paris; no rows before the UTC day of the same date is over.

    That is an hour or two after midnight in Paris: only then are all hours of the date closed in the mart.
    """
    found = inputs.table(CityDaily).note(day)
    made_from = city_inputs(inputs.warehouse, day, day, inputs.now)[day]
    todo = _plan(found, day, made_from, full_refresh=full_refresh)
    if todo.action == "nothing":
        return Partition(key=day.isoformat(), found=found, plan=todo)
    if not is_over(day, inputs.now):
        return Partition(key=day.isoformat(), found=found, plan=todo, frame=CityDaily.create_empty())
    hours = inputs.table(StationAvailabilityHourly).rows(day - timedelta(days=DAYS_BEFORE), day)
    frame = conform(CityDaily, city_day(day, hours.lazy()).collect())
    return Partition(key=day.isoformat(), found=found, plan=todo, frame=frame)


def refuse_changed_mart(warehouse: Warehouse, partitions: Sequence[Partition], now: datetime) -> None:
    """Raise ConcurrentWriteError when the mart was written since these partitions were made from it."""
    for partition in partitions:
        day = date.fromisoformat(partition.key)
        todo = _plan(partition.found, day, city_inputs(warehouse, day, day, now)[day], full_refresh=False)
        if todo.fingerprint != partition.plan.fingerprint:
            raise ConcurrentWriteError(f"The mart's hours of {day} were written by another run in the meantime.")


def stale_city_days(warehouse: Warehouse, before: date) -> list[date]:
    """Dates before a day, and over, whose hours in the mart are no longer, or not yet, those that were added up."""
    now = datetime.now(UTC)
    mart, notes = warehouse.notes(StationAvailabilityHourly), warehouse.notes(CityDaily)
    days = {date.fromisoformat(key) + timedelta(days=n) for key, note in mart.items() if note.row_count for n in (0, 1)}
    known = days | {date.fromisoformat(key) for key in notes}
    due = sorted(day for day in known if day < before and is_over(day, now))
    if not due:
        return []
    inputs = city_inputs(warehouse, due[0], due[-1], now)
    plans = {day: _plan(notes.get(day.isoformat()), day, inputs[day], full_refresh=False) for day in due}
    return [day for day, todo in plans.items() if todo.action != "nothing"]


def city_inputs(warehouse: Warehouse, first: date, last: date, now: datetime) -> dict[date, list[str]]:
    """What each date's rows depend on: the mart's writings of both UTC days, once the date is over."""
    mart = warehouse.notes(
        StationAvailabilityHourly, (first - timedelta(days=DAYS_BEFORE)).isoformat(), last.isoformat()
    )
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return {
        day: [writing(mart.get((day - timedelta(days=back)).isoformat())) for back in range(DAYS_BEFORE, -1, -1)]
        if is_over(day, now)
        else NOT_OVER
        for day in days
    }


def _plan(found: Note | None, day: date, inputs: list[str], *, full_refresh: bool) -> Plan:
    facts = f"{is_public_holiday(day)} {is_school_holiday(day)}"
    return plan(found, [*CITY_DAILY.basis, facts], inputs, unsettled=len(inputs), full_refresh=full_refresh)


CITY_DAILY = DailyTable(
    contract=CityDaily,
    code_version="1",
    tables=(TableInput(StationAvailabilityHourly, days_before=DAYS_BEFORE),),
    make=city_daily_partition,
    is_live=False,
    stale_days=StaleDays(
        find=stale_city_days,
        key="city",
        cron="53 4 * * *",
        description="Dates of the city whose hours in the mart were made again since; after the mart's own.",
        up_to_date="Every date of the city fits the mart's hours.",
    ),
    preview=Preview(
        [
            "local_date",
            "arrondissement",
            "point_count",
            "occupancy_ratio",
            "uptime_lower_ratio",
            "uptime_upper_ratio",
            "observed_ratio",
        ],
        ["local_date", "point_count"],
    ),
)
