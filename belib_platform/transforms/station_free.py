"""How long at least one charge point of a station was free, hour by hour, whatever the power of each.

Only time in which the state of every charge point is known counts as free or not: where one point is known to be free
and another one is lost, the station's time would otherwise be counted while it is free and left out while it is not.
"""

from datetime import date

import polars as pl

from belib_platform.transforms.availability import POINT, hours_of_day, observed_points
from belib_platform.transforms.runs import CHARGE_POINTS
from belib_platform.transforms.stretches import by_hour, covered_seconds, holes, stretches

CELL = ["hour_at", "station_id"]
USED = ("AVAILABLE", "CHARGING", "RESERVED", "OUTOFORDER")
"""A charge point that has none of these on a day, UNKNOWN or PLANNED throughout, say, is left out of it."""


def station_free(day: date, runs: pl.LazyFrame, points: pl.LazyFrame) -> pl.LazyFrame:
    """Rows of StationFreeHourly for the 24 hours of a UTC day that is over.

    `runs` are the day's ChargePointStatus rows, `points` has charge_point_id, station_id, power_kw and arrondissement.
    """
    seen = observed_points(runs, points)
    used = runs.filter(pl.col("status").is_in(USED)).select(POINT).unique()
    members = seen.join(used, on=POINT, how="semi").select(POINT, "station_id")
    stretched = stretches(runs, CHARGE_POINTS)
    not_known = _intervals(
        pl.concat([stretched.filter(pl.col("status") == "UNKNOWN"), holes(stretched, CHARGE_POINTS)], how="diagonal"),
        members,
    )
    free = _intervals(stretched.filter(pl.col("status") == "AVAILABLE"), members)
    stations = seen.group_by("station_id").agg(
        pl.col("arrondissement").drop_nulls().mode().sort().first(), pl.len().cast(pl.Int32).alias("point_count")
    )
    with_members = members.select("station_id", has_members=pl.lit(value=True)).unique()
    return (
        hours_of_day(day, 24)
        .join(stations.join(with_members, on="station_id", how="left"), how="cross")
        .join(_seconds(not_known, "undetermined_s"), on=CELL, how="left")
        .join(_seconds(pl.concat([not_known, free]), "not_saturated_s"), on=CELL, how="left")
        .with_columns(
            pl.when("has_members").then(pl.col(name).fill_null(0)).otherwise(3600).alias(name)
            for name in ("undetermined_s", "not_saturated_s")
        )
        .with_columns(
            (pl.col("not_saturated_s") - pl.col("undetermined_s")).alias("free_s"),
            (3600 - pl.col("not_saturated_s")).alias("none_free_s"),
        )
        .drop("not_saturated_s", "has_members")
        .sort(CELL)
    )


def _intervals(of_points: pl.LazyFrame, members: pl.LazyFrame) -> pl.LazyFrame:
    """Intervals of charge points, divided at full hours, as those of their stations."""
    cut = by_hour(of_points.select(POINT, "starts_at", "ends_at"))
    return cut.join(members, on=POINT).select(*CELL, "starts_at", "ends_at")


def _seconds(cut: pl.LazyFrame, name: str) -> pl.LazyFrame:
    return covered_seconds(cut, CELL).rename({"covered_s": name})
