"""Bikes that came and went between two polls of a station; trips themselves cannot be seen."""

import polars as pl

from belib_platform.transforms.bike_sightings import FLAGS
from belib_platform.transforms.runs import BIKE_STATIONS

TRUCKLOAD = 8
"""Change of the number of bikes between two polls from which it is the operator's work: trucks move eight bikes and
more at once."""

OPEN = (*FLAGS, "is_reporting")
"""A station is open while all of these hold."""

MOVED = ("out_lower", "in_lower", "rebalanced_out", "rebalanced_in")


def moved_by_hour(runs: pl.LazyFrame) -> pl.LazyFrame:
    """The bikes that left and reached each open station in an hour: `station_code`, `hour_at` and MOVED.

    `runs` are the BikeStationStatus rows of a UTC day. Two polls are compared if the later one came within the gap
    limit of the earlier one, and the change counts in the hour of the later one. Hours without a change have no row.
    """
    station, is_open = BIKE_STATIONS.key, pl.all_horizontal(OPEN)
    is_comparable = (
        (pl.col(station) == pl.col(station).shift())
        & (pl.col("first_seen_at") <= pl.col("holds_until").shift())
        & is_open
        & is_open.shift()
    )
    kinds = ("mechanical", "ebike")
    changes = (
        runs.sort(station, "first_seen_at")
        .select(
            station,
            pl.col("first_seen_at").dt.truncate("1h").alias("hour_at"),
            pl.col(kinds).cast(pl.Int32).diff(),
            is_comparable.alias("is_comparable"),
        )
        .filter("is_comparable")
    )
    of_both = pl.sum_horizontal(kinds)
    by_truck = of_both.abs() >= TRUCKLOAD
    return (
        changes.select(
            station,
            "hour_at",
            pl.when(~by_truck).then(pl.sum_horizontal((-pl.col(kinds)).clip(0))).alias("out_lower"),
            pl.when(~by_truck).then(pl.sum_horizontal(pl.col(kinds).clip(0))).alias("in_lower"),
            pl.when(by_truck).then((-of_both).clip(0)).alias("rebalanced_out"),
            pl.when(by_truck).then(of_both.clip(0)).alias("rebalanced_in"),
        )
        .group_by(station, "hour_at")
        .agg(pl.col(MOVED).sum())
    )
