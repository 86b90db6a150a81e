"""Sums of a station's hours over the newest days, and its longest saturated stretch."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from belib_platform.contracts.mart import SECONDS

SUMMED = ["free_s", "none_free_s", "undetermined_s", *SECONDS]


def periods(hours: pl.LazyFrame, first_dates: Mapping[int, date]) -> pl.LazyFrame:
    """Columns of StationPeriod but for first_date and last_date, of so many days that begin on these UTC days.

    `hours` has for each station and UTC hour of the longest period hour_at, station_id, arrondissement, point_count
    and the columns that are summed.
    """
    return pl.concat([_period(hours, days, first) for days, first in first_dates.items()]).sort("days", "station_id")


def _period(hours: pl.LazyFrame, days: int, first: date) -> pl.LazyFrame:
    day = pl.col("hour_at").dt.date()
    of_period, determined = hours.filter(day >= first), pl.col("free_s") + pl.col("none_free_s")
    by_day = of_period.group_by("station_id", day.alias("day")).agg(determined.cast(pl.Int64).sum().alias("s"))
    dates = by_day.group_by("station_id").agg(
        (pl.col("s") > 0).sum().alias("date_count"), (pl.col("s") ** 2).sum().cast(pl.Float64).alias("determined_s2")
    )
    sums = of_period.group_by("station_id").agg(
        pl.col("arrondissement").sort_by("hour_at").last(),
        pl.col("point_count").max(),
        pl.col(SUMMED).cast(pl.Int64).sum(),
    )
    return (
        sums.join(dates, on="station_id")
        .join(_longest_saturated(of_period), on="station_id", how="left")
        .with_columns(
            pl.col("longest_none_free_hours").fill_null(0),
            pl.lit(days).alias("days"),
        )
        .sort("station_id")
    )


def _longest_saturated(hours: pl.LazyFrame) -> pl.LazyFrame:
    """Per station the greatest number of adjacent hours without a free charge point at any moment."""
    number = pl.col("hour_at").dt.epoch("s") // 3600
    saturated = hours.filter(pl.col("none_free_s") == 3600).sort("station_id", "hour_at")
    stretch = number - pl.int_range(pl.len()).over("station_id")
    lengths = saturated.with_columns(stretch.alias("stretch")).group_by("station_id", "stretch").len()
    return lengths.group_by("station_id").agg(pl.col("len").max().alias("longest_none_free_hours"))
