"""`bike_tomorrow` by the UTC day of issue: made each evening from what is known then, and kept as it was told."""

from datetime import UTC, date, datetime, timedelta

import polars as pl

from belib_platform.contracts.bikes.mart import BikeAvailabilityHourly, BikeTomorrow
from belib_platform.contracts.clean import WeatherForecast, WrittenWindow
from belib_platform.contracts.contract import conform, name, qualified_name
from belib_platform.transforms.bike_tomorrow import DAYS, bike_tomorrow, issued_at, same_weekday
from belib_platform.transforms.day_parts import SUMMED
from belib_platform.transforms.local_calendar import starts_at
from belib_platform.warehouse.hourly_mart import KNOWN_DAYS
from belib_platform.warehouse.inputs import Inputs
from belib_platform.warehouse.made_table import DailyTable, Preview, StaleDays, TableInput
from belib_platform.warehouse.notes import Note, Plan, plan
from belib_platform.warehouse.partition import Partition
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform.warehouse.written_days import writing

DAYS_BEFORE = DAYS + 1
"""UTC days before the evening in which the 91 dates of Paris before it lie."""

PRESENT_DAYS = 7
"""A station that was not observed for a week is not forecast."""

NOT_ISSUED = ["the evening has not come"]

HOURS = qualified_name(BikeAvailabilityHourly)

OF_DATES = f"""
SELECT h.hour_at, station_code, unobserved_s, {", ".join(SUMMED)}
FROM unnest(string_to_array($1, ' ')::date[]) AS d
CROSS JOIN LATERAL (
    SELECT * FROM {HOURS} WHERE hour_at >= d::timestamp AT TIME ZONE 'Europe/Paris'
    AND hour_at < (d + 1)::timestamp AT TIME ZONE 'Europe/Paris'
) AS h
"""
"""Hours of all stations on some dates of Paris: the key of the hours finds those of each date."""

OF_NETWORK = f"""
SELECT hour_at, {", ".join(f"sum({column})::bigint AS {column}" for column in SUMMED)},
       max(temperature_c) AS temperature_c, max(precipitation_mmh) AS precipitation_mmh,
       max(weather_available_at) AS weather_available_at
FROM {HOURS}
WHERE hour_at >= CAST($1 AS date)::timestamp AT TIME ZONE 'Europe/Paris'
  AND hour_at < CAST($2 AS date)::timestamp AT TIME ZONE 'Europe/Paris'
GROUP BY hour_at
"""

PRESENT = f"""
SELECT DISTINCT station_code FROM {HOURS}
WHERE hour_at >= CAST($1 AS date)::timestamp AT TIME ZONE 'Europe/Paris'
  AND hour_at < CAST($2 AS date)::timestamp AT TIME ZONE 'Europe/Paris' AND unobserved_s < 3600
"""

WRITTEN_AT = f"""
SELECT window_key, written_at FROM {qualified_name(WrittenWindow)} WHERE asset = $1 AND window_key BETWEEN $2 AND $3
"""


def bike_tomorrow_partition(inputs: Inputs, day: date, *, full_refresh: bool = False) -> Partition:
    """The forecast issued on the evening of a UTC day; no rows before 17:00 UTC.

    Only dates of Paris that were over on that evening, and forecasts that were available, are used. What was written
    before the date it is for began stays as it is, unless a full refresh is asked for; what was made afterwards follows
    its inputs, like rows of any other table.
    """
    warehouse, key = inputs.warehouse, day.isoformat()
    found = inputs.table(BikeTomorrow).note(day)
    if found and not full_refresh and _in_time(warehouse, {key: found}):
        return Partition(key=key, found=found, plan=_stays(found))
    todo = _plan(found, _made_from(warehouse, day, day, inputs.now)[day], full_refresh=full_refresh)
    if todo.action == "nothing":
        return Partition(key=key, found=found, plan=todo)
    is_issued = inputs.now >= issued_at(day)
    frame = _rows(inputs, day) if is_issued else BikeTomorrow.create_empty()
    return Partition(key=key, found=found, plan=todo, frame=frame)


def present_stations(warehouse: Warehouse, day: date) -> pl.DataFrame:
    """`station_code` of the stations observed on any of the seven dates before an evening."""
    return warehouse.query(PRESENT, day - timedelta(days=PRESENT_DAYS), day)


def stale_evenings(warehouse: Warehouse, before: date) -> list[date]:
    """UTC days before a day whose forecast was not made, or was made too late and of other inputs than those of now.

    Days that follow no observed hour by a week or less have none.
    """
    now = datetime.now(UTC)
    observed = [
        date.fromisoformat(key) for key, note in warehouse.notes(BikeAvailabilityHourly).items() if note.row_count
    ]
    notes = warehouse.notes(BikeTomorrow)
    possible = {day + timedelta(days=n) for day in observed for n in range(1, PRESENT_DAYS + 1)}
    known = possible | {date.fromisoformat(key) for key in notes}
    due = sorted(day for day in known if day < before and issued_at(day) <= now)
    if not due:
        return []
    in_time, inputs = _in_time(warehouse, notes), _made_from(warehouse, due[0], due[-1], now)
    others = [day for day in due if day.isoformat() not in in_time]
    plans = {day: _plan(notes.get(day.isoformat()), inputs[day], full_refresh=False) for day in others}
    return [day for day, todo in plans.items() if todo.action != "nothing"]


def _rows(inputs: Inputs, day: date) -> pl.DataFrame:
    present, query = present_stations(inputs.warehouse, day), inputs.warehouse.query
    if present.is_empty():
        return BikeTomorrow.create_empty()
    dates = " ".join(date.isoformat() for date in same_weekday(day + timedelta(days=1)))
    hours = query(OF_DATES, dates).with_columns(_INSTANT)
    network = query(OF_NETWORK, day - timedelta(days=DAYS), day).with_columns(_INSTANT)
    known = inputs.table(WeatherForecast).rows(day - timedelta(days=KNOWN_DAYS), day)
    made = bike_tomorrow(day, present.lazy(), hours.lazy(), network.lazy(), known.lazy())
    return conform(BikeTomorrow, made.collect())


_INSTANT = pl.col("hour_at").cast(pl.Datetime("ms", "UTC"))


def _in_time(warehouse: Warehouse, notes: dict[str, Note]) -> set[str]:
    """Keys of the notes of forecasts that were written before the date they are for began in Paris."""
    issued = {key for key, note in notes.items() if note.row_count}
    if not issued:
        return set()
    written = warehouse.query(WRITTEN_AT, name(BikeTomorrow), min(issued), max(issued))
    return {
        key
        for key, at in written.iter_rows()
        if key in issued and at < starts_at(date.fromisoformat(key) + timedelta(days=1))
    }


def _made_from(warehouse: Warehouse, first: date, last: date, now: datetime) -> dict[date, list[str]]:
    """What the forecast of each evening depends on, once that has come: the hours of 92 UTC days, and forecasts."""
    earliest = first - timedelta(days=DAYS_BEFORE)
    hours = warehouse.notes(BikeAvailabilityHourly, earliest.isoformat(), last.isoformat())
    weather = warehouse.notes(WeatherForecast, earliest.isoformat(), last.isoformat())
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return {
        day: [
            *(writing(hours.get(_key(day, back))) for back in range(DAYS_BEFORE, 0, -1)),
            *(writing(weather.get(_key(day, back))) for back in range(KNOWN_DAYS, -1, -1)),
        ]
        if issued_at(day) <= now
        else NOT_ISSUED
        for day in days
    }


def _key(day: date, back: int) -> str:
    return (day - timedelta(days=back)).isoformat()


def _plan(found: Note | None, inputs: list[str], *, full_refresh: bool) -> Plan:
    return plan(found, BIKE_TOMORROW.basis, inputs, unsettled=len(inputs), full_refresh=full_refresh)


def _stays(found: Note) -> Plan:
    return Plan("nothing", 0, found.fingerprint, found.settled_count, found.settled)


BIKE_TOMORROW = DailyTable(
    contract=BikeTomorrow,
    code_version="1",
    tables=(
        TableInput(BikeAvailabilityHourly, days_before=DAYS_BEFORE),
        TableInput(WeatherForecast, days_before=KNOWN_DAYS),
    ),
    make=bike_tomorrow_partition,
    is_live=False,
    is_record=True,
    stale_days=StaleDays(
        find=stale_evenings,
        key="bike_tomorrow",
        cron="3 5 * * *",
        description="Evenings without a forecast of bikes, and forecasts made too late whose inputs changed since.",
        up_to_date="Every evening has its forecast of bikes.",
    ),
    preview=Preview(
        ["target_date", "part", "station_code", "no_bike_ratio", "no_dock_ratio", "date_count", "is_weather_used"],
        ["no_bike_ratio"],
    ),
)
