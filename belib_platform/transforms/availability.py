"""Availability by station, power and hour: seconds of each status, and the weather forecast known at that time."""

from datetime import date

import polars as pl

from belib_platform.contracts.mart import SECONDS
from belib_platform.transforms.charge_points import known_or_derived_station
from belib_platform.transforms.runs import CHARGE_POINTS
from belib_platform.transforms.stretches import by_hour, covered_seconds, holes, stretches
from belib_platform.transforms.weather import weather_as_known

COLUMN_OF_STATUS = {
    "AVAILABLE": "available_s",
    "CHARGING": "charging_s",
    "RESERVED": "reserved_s",
    "OUTOFORDER": "out_of_order_s",
    "UNKNOWN": "unknown_s",
    "PLANNED": "not_in_service_s",
    "INOPERATIVE": "not_in_service_s",
    "REMOVED": "not_in_service_s",
}
POINT = CHARGE_POINTS.key
GROUP = ["station_id", "power_kw"]
CELL = ["hour_at", *GROUP]


def station_availability(
    day: date, closed_hours: int, runs: pl.LazyFrame, points: pl.LazyFrame, forecasts: pl.LazyFrame
) -> pl.LazyFrame:
    """Rows of StationAvailabilityHourly for the first `closed_hours` hours of a UTC day.

    `runs` are the day's ChargePointStatus rows, `points` has charge_point_id, station_id, power_kw and arrondissement,
    and `forecasts` has the WeatherForecast rows that may have been known on that day. A charge point observed on a day
    counts in all its hours. If `points` does not have it, its station is derived from its id.
    """
    hours = hours_of_day(day, closed_hours)
    seen = observed_points(runs, points)
    located = seen.select(POINT, *GROUP)
    stretched = stretches(runs, CHARGE_POINTS)
    cut = by_hour(stretched).join(located, on=POINT)
    not_saturated = pl.concat(
        [
            cut.filter(pl.col("status") == "AVAILABLE").select(*CELL, "starts_at", "ends_at"),
            by_hour(holes(stretched, CHARGE_POINTS)).join(located, on=POINT).select(*CELL, "starts_at", "ends_at"),
        ]
    )
    cells = seen.group_by(GROUP).agg(
        pl.col("arrondissement").drop_nulls().mode().sort().first(),
        pl.len().cast(pl.Int32).alias("point_count"),
    )
    return (
        hours.join(cells, how="cross")
        .join(_seconds_by_status(cut), on=CELL, how="left")
        .join(covered_seconds(not_saturated, CELL), on=CELL, how="left")
        .with_columns(pl.col(*SECONDS[:-1], "covered_s").fill_null(0))
        .with_columns(
            (pl.col("point_count") * 3600 - pl.sum_horizontal(SECONDS[:-1])).alias("unobserved_s"),
            (3600 - pl.col("covered_s")).alias("no_point_free_s"),
        )
        .drop("covered_s")
        .join(weather_as_known(hours, forecasts), on="hour_at", how="left")
        .sort(CELL)
    )


def observed_points(runs: pl.LazyFrame, points: pl.LazyFrame) -> pl.LazyFrame:
    """The charge points of `runs` with station_id, arrondissement and power_kw (0 if unknown), from `points`.

    If `points` does not have one of them, its station is derived from its id.
    """
    seen = runs.select(POINT).unique().join(points, on=POINT, how="left")
    return seen.with_columns(known_or_derived_station(), pl.col("power_kw").fill_null(0.0))


def hours_of_day(day: date, closed_hours: int) -> pl.LazyFrame:
    """The first hours of a UTC day: `hour_at`."""
    hour = pl.datetime_range(
        pl.lit(day).cast(pl.Datetime("ms", "UTC")),
        pl.lit(day).cast(pl.Datetime("ms", "UTC")) + pl.duration(hours=closed_hours),
        interval="1h",
        closed="left",
    )
    return pl.select(hour.alias("hour_at")).lazy()


def _seconds_by_status(cut: pl.LazyFrame) -> pl.LazyFrame:
    seconds = (pl.col("ends_at") - pl.col("starts_at")).dt.total_seconds()
    column = pl.col("status").cast(pl.String).replace_strict(COLUMN_OF_STATUS)
    return (
        cut.with_columns(seconds.alias("s"), column.alias("column"))
        .group_by(CELL)
        .agg(pl.col("s").filter(pl.col("column") == name).sum().alias(name) for name in SECONDS[:-1])
    )
