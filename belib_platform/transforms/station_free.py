"""How long at least one charge point of a station was free, hour by hour, whatever the power of each."""

from datetime import date

import polars as pl

from belib_platform.transforms.availability import hours_of_day, not_saturated, observed_points
from belib_platform.transforms.stretches import by_hour, covered_seconds, stretches

CELL = ["hour_at", "station_id"]


def station_free(day: date, runs: pl.LazyFrame, points: pl.LazyFrame) -> pl.LazyFrame:
    """Rows of StationFreeHourly for the 24 hours of a UTC day that is over.

    `runs` are the day's ChargePointStatus rows, `points` has charge_point_id, station_id, power_kw and arrondissement.
    """
    seen = observed_points(runs, points)
    located = seen.select("charge_point_id", "station_id")
    stretched = stretches(runs)
    free = by_hour(stretched.filter(pl.col("status") == "AVAILABLE")).join(located, on="charge_point_id")
    stations = seen.group_by("station_id").agg(
        pl.col("arrondissement").drop_nulls().mode().sort().first(), pl.len().cast(pl.Int32).alias("point_count")
    )
    determined = covered_seconds(not_saturated(stretched, located, CELL), CELL).rename({"covered_s": "not_saturated_s"})
    return (
        hours_of_day(day, 24)
        .join(stations, how="cross")
        .join(covered_seconds(free, CELL).rename({"covered_s": "free_s"}), on=CELL, how="left")
        .join(determined, on=CELL, how="left")
        .with_columns(pl.col("free_s", "not_saturated_s").fill_null(0))
        .with_columns(
            (3600 - pl.col("not_saturated_s")).alias("none_free_s"),
            (pl.col("not_saturated_s") - pl.col("free_s")).alias("undetermined_s"),
        )
        .drop("not_saturated_s")
        .sort(CELL)
    )
