"""`station_availability_hourly` by UTC day: runs, the points' attributes and the weather known then, joined."""

from datetime import UTC, date, datetime, timedelta

import polars as pl

from belib_platform.contracts.clean import ChargePoint, ChargePointDay, ChargePointStatus, WeatherForecast
from belib_platform.contracts.contract import conform, qualified_name
from belib_platform.contracts.mart import StationAvailabilityHourly
from belib_platform.transforms.availability import station_availability
from belib_platform.warehouse.inputs import Inputs
from belib_platform.warehouse.made_table import DailyTable, Preview, StaleDays, TableInput
from belib_platform.warehouse.notes import Note, Plan, plan
from belib_platform.warehouse.partition import Partition
from belib_platform.warehouse.warehouse import Table, Warehouse

KNOWN_DAYS = 2
"""Days before a day whose forecasts may have been known on it: 48 hours."""

SIGNATURES = f"""
SELECT utc_date, md5(string_agg(ROW(charge_point_id, p.station_id, coalesce(p.power_kw, 0), p.arrondissement)::text, ''
                                ORDER BY charge_point_id COLLATE "C")) AS signature
FROM (SELECT CAST(midnight AS date) AS utc_date, midnight AT TIME ZONE 'UTC' AS begins_at
      FROM generate_series(CAST($1 AS date)::timestamp, CAST($2 AS date)::timestamp, '1 day') AS midnight) AS days
CROSS JOIN LATERAL (SELECT DISTINCT charge_point_id FROM {qualified_name(ChargePointStatus)}
                    WHERE first_seen_at >= begins_at AND first_seen_at < begins_at + interval '24 hours') AS seen
LEFT JOIN {qualified_name(ChargePoint)} AS p USING (charge_point_id)
GROUP BY utc_date
"""
"""What the rows of a day take from `charge_point`: of every point that has runs on that day, whatever else is known of
it. A ROW as text tells a null from an empty text, and one column from the next. Day by day PostgreSQL finds the points
of a year of runs twice as fast as all at once."""


def station_availability_partition(inputs: Inputs, day: date, *, full_refresh: bool = False) -> Partition:
    """The closed hours of one UTC day: all 24 once it is over, before that those a later poll has followed."""
    found = inputs.table(StationAvailabilityHourly).note(day)
    made_from = mart_inputs(inputs.warehouse, day, day)[day]
    runs = inputs.table(ChargePointStatus).rows(day)
    closed = closed_hours(day, runs)
    todo = _plan(found, made_from, closed, full_refresh=full_refresh)
    if todo.action == "nothing":
        return Partition(key=day.isoformat(), found=found, plan=todo)
    points = inputs.table(ChargePoint).rows()
    known = inputs.table(WeatherForecast).rows(day - timedelta(days=KNOWN_DAYS), day)
    frame = station_availability(day, closed, runs.lazy(), points.lazy(), known.lazy()).collect()
    held = inputs.table(StationAvailabilityHourly).rows(day) if found and not full_refresh else None
    frame = conform(StationAvailabilityHourly, frame)
    return Partition(key=day.isoformat(), found=found, plan=todo, frame=frame, held=held)


def stale_mart_days(warehouse: Warehouse, before: date) -> list[date]:
    """UTC days before a day whose runs, points' attributes or forecasts are no longer those their rows were made from.

    Days that were never made are among them. Days of whose runs nothing is noted stay as they are.
    """
    last = (before - timedelta(days=1)).isoformat()
    status = Table(warehouse, ChargePointStatus)
    noted, notes = (warehouse.notes(contract, last=last) for contract in (ChargePointStatus, StationAvailabilityHourly))
    days = [date.fromisoformat(key) for key, note in noted.items() if note.row_count or key in notes]
    if not days:
        return []
    inputs = mart_inputs(warehouse, days[0], days[-1])
    plans = {
        day: _plan(notes.get(day.isoformat()), inputs[day], _closed(status, day), full_refresh=False) for day in days
    }
    return [day for day, todo in plans.items() if todo.action != "nothing"]


def mart_inputs(warehouse: Warehouse, first: date, last: date) -> dict[date, list[str]]:
    """What each day's rows depend on: its runs, the forecasts of three days, its points' attributes."""
    earlier = first - timedelta(days=KNOWN_DAYS)
    runs = warehouse.notes(ChargePointStatus, first.isoformat(), last.isoformat())
    weather = warehouse.notes(WeatherForecast, earlier.isoformat(), last.isoformat())
    signatures = dict(warehouse.query(SIGNATURES, first, last).iter_rows())
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return {
        day: [
            _fingerprint(runs, day),
            *(_fingerprint(weather, day - timedelta(days=back)) for back in range(KNOWN_DAYS, -1, -1)),
            signatures.get(day, "absent"),
        ]
        for day in days
    }


def _closed(status: Table, day: date) -> int:
    return 24 if day < datetime.now(UTC).date() else closed_hours(day, status.rows(day))


def closed_hours(day: date, runs: pl.DataFrame) -> int:
    """Hours of a UTC day that are closed: all once it is over, else those a folded poll has followed."""
    if day < datetime.now(UTC).date():
        return 24
    return int(runs.select(pl.col("last_seen_at").max().dt.hour().fill_null(0)).item())


def _plan(found: Note | None, inputs: list[str], closed: int, *, full_refresh: bool) -> Plan:
    everything = [*inputs, str(closed)]
    basis = STATION_AVAILABILITY_HOURLY.basis
    return plan(found, basis, everything, unsettled=len(everything), full_refresh=full_refresh)


def _fingerprint(notes: dict[str, Note], day: date) -> str:
    note = notes.get(day.isoformat())
    return note.fingerprint if note else "absent"


STATION_AVAILABILITY_HOURLY = DailyTable(
    contract=StationAvailabilityHourly,
    code_version="2",
    tables=(
        TableInput(ChargePointStatus),
        TableInput(ChargePointDay),  # which `charge_point` is made from, so that a backfill makes its days first
        TableInput(ChargePoint),
        TableInput(WeatherForecast, days_before=KNOWN_DAYS),
    ),
    make=station_availability_partition,
    stale_days=StaleDays(
        find=stale_mart_days,
        key="mart",
        cron="43 3 * * *",
        description="Mart days whose runs, forecasts, code or points' station, power or arrondissement changed since.",
        up_to_date="Every day of the mart fits what it was made from.",
    ),
    preview=Preview(
        ["hour_at", "station_id", "power_kw", "point_count", "available_s", "charging_s", "unknown_s", "unobserved_s"],
        ["hour_at", "charging_s"],
    ),
)
