"""Statistics: tables without days that are made of the newest days of the history, once those are over.

A history that ended long ago keeps the statistics of its last days: the newest day is that of the data, not today.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

import polars as pl

from belib_platform.contracts.clean import ChargePoint, ChargePointStatus
from belib_platform.contracts.contract import Contract, conform, fingerprint, qualified_name
from belib_platform.contracts.mart import (
    SECONDS,
    Outage,
    StationAvailabilityHourly,
    StationFreeHourly,
    StationPeriod,
    StationRhythm,
    WeatherEffect,
)
from belib_platform.transforms.episodes import runs_reaching_into
from belib_platform.transforms.outages import DOWN, outages
from belib_platform.transforms.periods import periods
from belib_platform.transforms.rhythm import CHARGING_STATION_HOURS, rhythm
from belib_platform.transforms.station_hours import whole_stations, without_gaps
from belib_platform.transforms.weather_effect import weather_effect
from belib_platform.warehouse.inputs import Inputs
from belib_platform.warehouse.made_table import MadeTable, Preview, TableInput, WholeTable
from belib_platform.warehouse.notes import Plan, plan
from belib_platform.warehouse.notes import fingerprint as fingerprint_of
from belib_platform.warehouse.partition import ConcurrentWriteError, Partition
from belib_platform.warehouse.warehouse import ALL, Table, Warehouse, between
from belib_platform.warehouse.written_days import writing

DAYS = 91
"""Thirteen weeks: long enough for an interval, short enough to speak of the season."""

PERIODS = (7, 28, DAYS)

HOURS_AT_ONCE = 200_000
"""Hours of stations in memory, about; a station's hours are never divided."""


class Window(NamedTuple):
    """The newest UTC days of the history, both included, and which run wrote each.

    `first_written` is the first of them with rows; `all_writings` are those of the whole history.
    """

    first: date
    first_written: date
    last: date
    writings: list[str]
    all_writings: list[str]

    @property
    def until(self) -> datetime:
        """The midnight after the last day (UTC)."""
        return datetime.combine(self.last + timedelta(days=1), time(), UTC)


def newest_days(warehouse: Warehouse, hours: type[Contract]) -> Window | None:
    """The last days of a table of hours that are over, counted from the newest with rows; None if there are none."""
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    notes = {key: note for key, note in warehouse.notes(hours, last=yesterday.isoformat()).items() if note.row_count}
    if not notes:
        return None
    last = date.fromisoformat(max(notes))
    first = last - timedelta(days=DAYS - 1)
    written = {key: f"{key} {writing(note)}" for key, note in notes.items()}
    newest = {key: text for key, text in written.items() if key >= first.isoformat()}
    return Window(first, date.fromisoformat(min(newest)), last, list(newest.values()), list(written.values()))


def refuse_changed_hours(
    warehouse: Warehouse, table: MadeTable, partitions: Sequence[Partition], hours: type[Contract]
) -> None:
    """Raise ConcurrentWriteError when the newest days of the hours were written since these rows were made of them."""
    window = newest_days(warehouse, hours)
    now = fingerprint_of(table.basis, window.writings if window else [])
    if any(partition.frame is not None and partition.plan.fingerprint != now for partition in partitions):
        raise ConcurrentWriteError("The hours of stations were written by another run in the meantime.")


Rows = Callable[[Warehouse, Window], pl.DataFrame]


class Statistic(NamedTuple):
    """How a statistic is made: the contract of its rows, and the function that makes them of the newest days.

    `reads_back` is for one whose rows depend on days before these, too. `hours` is the table whose newest days these
    are.
    """

    contract: type[Contract]
    code_version: str
    rows: Rows
    reads_back: bool = False
    hours: type[Contract] = StationFreeHourly

    def partition(self, inputs: Inputs, *, full_refresh: bool = False) -> Partition:
        """All rows, not written yet."""
        warehouse, own = inputs.warehouse, inputs.table(self.contract)
        found, window = own.note(), newest_days(warehouse, self.hours)
        todo = self._plan(warehouse, window, full_refresh=full_refresh)
        if todo.action == "nothing":
            return Partition(key=ALL, found=found, plan=todo)
        frame = conform(self.contract, self.rows(warehouse, window)) if window else self.contract.create_empty()
        return Partition(key=ALL, found=found, plan=todo, frame=frame, held=own.rows() if found else None)

    def is_stale(self, warehouse: Warehouse) -> bool:
        """Whether its rows are no longer, or not yet, those of the newest days."""
        return self._plan(warehouse, newest_days(warehouse, self.hours), full_refresh=False).action != "nothing"

    def _plan(self, warehouse: Warehouse, window: Window | None, *, full_refresh: bool) -> Plan:
        basis = [self.code_version, fingerprint(self.contract)]
        writings = (window.all_writings if self.reads_back else window.writings) if window else []
        found = Table(warehouse, self.contract).note()
        return plan(found, basis, writings, unsettled=len(writings), full_refresh=full_refresh)


def statistic_table(statistic: Statistic, tables: tuple[TableInput, ...], preview: Preview | None = None) -> WholeTable:
    """The declaration of a statistic made of these tables."""
    return WholeTable(
        contract=statistic.contract,
        code_version=statistic.code_version,
        tables=tables,
        make=statistic.partition,
        is_stale=statistic.is_stale,
        is_live=False,
        preview=preview,
    )


OF_STATIONS = f"""
SELECT f.hour_at, f.station_id, f.arrondissement, f.point_count, f.free_s, f.none_free_s, f.undetermined_s,
       {", ".join(f"coalesce({column}, 0) AS {column}" for column in SECONDS)}, precipitation_mmh
FROM {qualified_name(StationFreeHourly)} AS f
LEFT JOIN (SELECT hour_at, station_id, {", ".join(f"sum({column})::bigint AS {column}" for column in SECONDS)},
             max(precipitation_mmh) AS precipitation_mmh
      FROM {qualified_name(StationAvailabilityHourly)} WHERE {between(StationAvailabilityHourly)}
      GROUP BY hour_at, station_id) AS s USING (hour_at, station_id)
WHERE {between(StationFreeHourly).replace('"hour_at"', "f.hour_at")}
ORDER BY f.station_id
"""

OF_ARRONDISSEMENTS = f"""
SELECT hour_at, arrondissement, sum(available_s)::bigint AS available_s, sum(charging_s)::bigint AS charging_s,
       max(temperature_c) AS temperature_c, max(precipitation_mmh) AS precipitation_mmh
FROM {qualified_name(StationAvailabilityHourly)} WHERE {between(StationAvailabilityHourly)}
GROUP BY hour_at, arrondissement
"""

AROUND_OUTAGES = f"""
SELECT * FROM (
    SELECT *, lag(status) OVER following AS before, lead(status) OVER following AS after
    FROM {qualified_name(ChargePointStatus)} WHERE {between(ChargePointStatus)}
    WINDOW following AS (PARTITION BY charge_point_id ORDER BY first_seen_at)
) AS runs WHERE '{DOWN}' IN (status, before, after)
"""
"""The runs of outages, and those before and after each of the same charge point."""


def hours_of(warehouse: Warehouse, sql: str, window: Window) -> Iterator[pl.DataFrame]:
    """Rows of a query, some at a time. The days are part of it: a query without parameters is sent while it is read."""
    of_window = sql.replace("$1", f"'{window.first}'").replace("$2", f"'{window.until.date()}'")
    for batch in warehouse.batches(of_window):
        yield batch.with_columns(pl.col("hour_at").cast(pl.Datetime("ms", "UTC")))


def _station_hours(warehouse: Warehouse, window: Window) -> Iterator[pl.LazyFrame]:
    """All hours of some stations at a time, so that memory does not grow with their number."""
    for hours in whole_stations(hours_of(warehouse, OF_STATIONS, window), HOURS_AT_ONCE, "station_id"):
        yield without_gaps(hours.lazy(), window.last)


def _rhythm(warehouse: Warehouse, window: Window) -> pl.DataFrame:
    observed = pl.sum_horizontal(SECONDS[:-1])
    sums = [observed.alias("observed_s"), (observed + pl.col("unobserved_s")).alias("point_s")]
    made = [
        rhythm(hours.with_columns(sums), CHARGING_STATION_HOURS).collect()
        for hours in _station_hours(warehouse, window)
    ]
    return dated(pl.concat(made), window)


def _periods(warehouse: Warehouse, window: Window) -> pl.DataFrame:
    first_dates = {days: window.last - timedelta(days=days - 1) for days in PERIODS}
    made = pl.concat(periods(hours, first_dates).collect() for hours in _station_hours(warehouse, window))
    written = {days: max(first, window.first_written) for days, first in first_dates.items()}
    first_date = pl.col("days").replace_strict(written, return_dtype=pl.Date).alias("first_date")
    return made.with_columns(first_date, pl.lit(window.last).alias("last_date"))


def _weather_effect(warehouse: Warehouse, window: Window) -> pl.DataFrame:
    return dated(weather_effect(pl.concat(hours_of(warehouse, OF_ARRONDISSEMENTS, window)).lazy()), window)


def _outages(warehouse: Warehouse, window: Window) -> pl.DataFrame:
    status = Table(warehouse, ChargePointStatus)
    around = conform(ChargePointStatus, warehouse.query(AROUND_OUTAGES, window.first, window.until.date()))
    begun = around.sort("first_seen_at").unique("charge_point_id", keep="first")
    begun = begun.filter(pl.col("status") == DOWN, pl.col("first_seen_at").dt.date() == window.first)
    earlier, _ = runs_reaching_into(begun, window.first, status.rows)
    points = warehouse.read(ChargePoint)
    return outages(pl.concat([earlier, around]).lazy(), points.lazy(), window.first, window.until).collect()


def dated(frame: pl.DataFrame, window: Window) -> pl.DataFrame:
    """The rows with first_date and last_date: the days of the window that they are made of."""
    return frame.with_columns(pl.lit(window.first_written).alias("first_date"), pl.lit(window.last).alias("last_date"))


HOURS = (TableInput(StationFreeHourly), TableInput(StationAvailabilityHourly))

STATION_RHYTHM = statistic_table(
    Statistic(StationRhythm, "1", _rhythm),
    HOURS,
    Preview(
        ["station_id", "weekday", "hour", "weather", "date_count", "free_s", "none_free_s", "undetermined_s"],
        ["none_free_s"],
    ),
)

STATION_PERIOD = statistic_table(
    Statistic(StationPeriod, "1", _periods),
    HOURS,
    Preview(
        ["days", "station_id", "arrondissement", "point_count", "none_free_s", "longest_none_free_hours"],
        ["days", "none_free_s"],
    ),
)

OUTAGE = statistic_table(
    Statistic(Outage, "1", _outages, reads_back=True),
    (TableInput(ChargePointStatus), TableInput(ChargePoint), TableInput(StationFreeHourly)),
    Preview(
        ["charge_point_id", "station_id", "first_seen_at", "last_seen_at", "is_going_on", "observed_s"],
        ["observed_s"],
    ),
)

WEATHER_EFFECT = statistic_table(
    Statistic(WeatherEffect, "2", _weather_effect),
    HOURS,
    Preview(
        ["area", "variable", "lower", "upper", "date_count", "occupancy_difference", "difference_low"],
        ["area", "date_count"],
    ),
)
