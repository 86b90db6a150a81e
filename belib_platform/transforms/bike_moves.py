"""Bikes that came and went between two polls of a station; trips themselves cannot be seen."""

import polars as pl

TRUCKLOAD = 8
"""Change of the number of bikes between two polls from which it is the operator's work: trucks move eight bikes and
more at once."""

FLAGS = ("is_installed", "is_renting", "is_returning", "is_reporting")
"""A station is open while all of these hold."""

MOVED = ("out_lower", "in_lower", "rebalanced_out", "rebalanced_in")


def moved_by_hour(runs: pl.LazyFrame) -> pl.LazyFrame:
    """The bikes that left and reached each open station in an hour: `station_code`, `hour_at` and MOVED.

    `runs` are the BikeStationStatus rows of a UTC day. Two polls are compared if the later one came within the gap
    limit of the earlier one, and the change counts in the hour of the later one. Hours without a change have no row.
    """
    bikes, is_open = pl.col("mechanical").cast(pl.Int32) + pl.col("ebike"), pl.all_horizontal(FLAGS)
    before = runs.sort("station_code", "first_seen_at").select(
        "station_code",
        pl.col("first_seen_at").dt.truncate("1h").alias("hour_at"),
        _change(pl.col("mechanical").cast(pl.Int32)).alias("mechanical"),
        _change(pl.col("ebike").cast(pl.Int32)).alias("ebike"),
        _change(bikes).alias("bikes"),
        is_comparable=is_open
        & is_open.shift()
        & (pl.col("station_code") == pl.col("station_code").shift())
        & (pl.col("first_seen_at") <= pl.col("holds_until").shift()),
    )
    by_truck = pl.col("bikes").abs() >= TRUCKLOAD
    by_kind = [pl.when(~by_truck).then(pl.col(kind)).otherwise(0) for kind in ("mechanical", "ebike")]
    return (
        before.filter("is_comparable")
        .with_columns(
            pl.sum_horizontal(_fall(change) for change in by_kind).alias("out_lower"),
            pl.sum_horizontal(_fall(-change) for change in by_kind).alias("in_lower"),
            pl.when(by_truck).then(_fall(pl.col("bikes"))).otherwise(0).alias("rebalanced_out"),
            pl.when(by_truck).then(_fall(-pl.col("bikes"))).otherwise(0).alias("rebalanced_in"),
        )
        .group_by("station_code", "hour_at")
        .agg(pl.col(MOVED).sum())
    )


def _change(count: pl.Expr) -> pl.Expr:
    return count - count.shift()


def _fall(change: pl.Expr) -> pl.Expr:
    return (-change).clip(0)
