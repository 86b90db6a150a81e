"""Availability by hour and UTC day: runs, what is known of those that have them, and the weather known then, joined."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import polars as pl

from belib_platform.contracts.clean import WeatherForecast
from belib_platform.contracts.contract import Contract, conform, fingerprint
from belib_platform.warehouse.inputs import Inputs
from belib_platform.warehouse.notes import Note, Plan, plan
from belib_platform.warehouse.partition import Partition
from belib_platform.warehouse.warehouse import Table, Warehouse

KNOWN_DAYS = 2
"""Days before a day whose forecasts may have been known on it: 48 hours."""

OF_DAY = "first_seen_at >= begins_at AND first_seen_at < begins_at + interval '24 hours'"
"""SQL for the runs of the day of a signature."""

Rows = Callable[[date, int, pl.LazyFrame, pl.LazyFrame, pl.LazyFrame], pl.LazyFrame]
"""Makes the rows of a UTC day, given its number of closed hours, its runs, the attributes and the forecasts."""


@dataclass(frozen=True)
class HourlyMart:
    """How a table of hours is made of a network's `runs` and `attributes`, which are tables, and of the forecasts.

    `signature` is SQL for one row and column, `signature`: a hash of what the rows of the UTC day that begins at
    `begins_at` take from the attributes, whatever else is known; null if they take nothing.
    """

    contract: type[Contract]
    code_version: str
    runs: type[Contract]
    attributes: type[Contract]
    signature: str
    rows: Rows

    def partition(self, inputs: Inputs, day: date, *, full_refresh: bool = False) -> Partition:
        """The closed hours of one UTC day: all 24 once it is over, before that those a later poll has followed."""
        own = inputs.table(self.contract)
        found = own.note(day)
        made_from = self.made_from(inputs.warehouse, day, day)[day]
        runs = inputs.table(self.runs).rows(day)
        closed = closed_hours(day, runs)
        todo = self._plan(found, made_from, closed, full_refresh=full_refresh)
        if todo.action == "nothing":
            return Partition(key=day.isoformat(), found=found, plan=todo)
        attributes = inputs.table(self.attributes).rows()
        known = inputs.table(WeatherForecast).rows(day - timedelta(days=KNOWN_DAYS), day)
        frame = self.rows(day, closed, runs.lazy(), attributes.lazy(), known.lazy()).collect()
        held = own.rows(day) if found and not full_refresh else None
        frame = conform(self.contract, frame)
        return Partition(key=day.isoformat(), found=found, plan=todo, frame=frame, held=held)

    def stale_days(self, warehouse: Warehouse, before: date) -> list[date]:
        """UTC days before a day whose runs, attributes or forecasts are no longer those their rows were made from.

        Days that were never made are among them. Days of whose runs nothing is noted stay as they are.
        """
        last = (before - timedelta(days=1)).isoformat()
        runs = Table(warehouse, self.runs)
        noted, notes = (warehouse.notes(contract, last=last) for contract in (self.runs, self.contract))
        days = [date.fromisoformat(key) for key, note in noted.items() if note.row_count or key in notes]
        if not days:
            return []
        inputs = self.made_from(warehouse, days[0], days[-1])
        plans = {
            day: self._plan(notes.get(day.isoformat()), inputs[day], _closed(runs, day), full_refresh=False)
            for day in days
        }
        return [day for day, todo in plans.items() if todo.action != "nothing"]

    def made_from(self, warehouse: Warehouse, first: date, last: date) -> dict[date, list[str]]:
        """What each day's rows depend on: its runs, the forecasts of three days, what is known of those that ran."""
        earlier = first - timedelta(days=KNOWN_DAYS)
        runs = warehouse.notes(self.runs, first.isoformat(), last.isoformat())
        weather = warehouse.notes(WeatherForecast, earlier.isoformat(), last.isoformat())
        signatures = dict(warehouse.query(_by_day(self.signature), first, last).iter_rows())
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return {
            day: [
                _fingerprint(runs, day),
                *(_fingerprint(weather, day - timedelta(days=back)) for back in range(KNOWN_DAYS, -1, -1)),
                signatures.get(day, "absent"),
            ]
            for day in days
        }

    def _plan(self, found: Note | None, inputs: list[str], closed: int, *, full_refresh: bool) -> Plan:
        everything = [*inputs, str(closed)]
        basis = [self.code_version, fingerprint(self.contract)]
        return plan(found, basis, everything, unsettled=len(everything), full_refresh=full_refresh)


def closed_hours(day: date, runs: pl.DataFrame) -> int:
    """Hours of a UTC day that are closed: all once it is over, else those a folded poll has followed."""
    if day < datetime.now(UTC).date():
        return 24
    return int(runs.select(pl.col("last_seen_at").max().dt.hour().fill_null(0)).item())


def _closed(runs: Table, day: date) -> int:
    return 24 if day < datetime.now(UTC).date() else closed_hours(day, runs.rows(day))


def _by_day(signature: str) -> str:
    """SQL for the signatures of the days from `$1` to `$2`: day by day PostgreSQL finds the runs of a year twice as
    fast as all at once."""
    return f"""
SELECT utc_date, signature
FROM (SELECT CAST(midnight AS date) AS utc_date, midnight AT TIME ZONE 'UTC' AS begins_at
      FROM generate_series(CAST($1 AS date)::timestamp, CAST($2 AS date)::timestamp, '1 day') AS midnight) AS days
CROSS JOIN LATERAL ({signature}) AS known
WHERE signature IS NOT NULL
"""


def _fingerprint(notes: dict[str, Note], day: date) -> str:
    note = notes.get(day.isoformat())
    return note.fingerprint if note else "absent"
