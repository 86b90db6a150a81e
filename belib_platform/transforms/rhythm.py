"""The rhythm of the week: how often a charge point of a station was free, by local hour of the week and weather."""

import polars as pl

from belib_platform.contracts.mart import WEATHERS
from belib_platform.transforms.local_calendar import PARIS, local_date

WET_MMH = 0.1
"""Precipitation from which an hour is wet, mm per hour: what a rain gauge can measure."""

SUMMED = ["free_s", "none_free_s", "undetermined_s", "available_s", "charging_s", "observed_s", "point_s"]
KEY = ["station_id", "weekday", "hour", "weather"]


def rhythm(hours: pl.LazyFrame) -> pl.LazyFrame:
    """Columns of StationRhythm but for first_date and last_date.

    `hours` has for each station and UTC hour hour_at, station_id, arrondissement, precipitation_mmh and the columns
    that are summed. An hour that exists twice, when the clocks go back, counts as one of its date.
    """
    rain, is_determined = pl.col("precipitation_mmh"), pl.col("free_s") + pl.col("none_free_s") > 0
    weather = pl.when(rain.is_null()).then(pl.lit("unknown")).when(rain >= WET_MMH).then(pl.lit("wet"))
    return (
        hours.with_columns(
            *local_hour_of_week(),
            weather.otherwise(pl.lit("dry")).cast(pl.Enum(WEATHERS)).alias("weather"),
            local_date("hour_at").alias("local_date"),
        )
        .group_by(KEY)
        .agg(
            pl.col("arrondissement").sort_by("hour_at").last(),
            pl.col("local_date").filter(is_determined).n_unique().alias("date_count"),
            pl.col(SUMMED).cast(pl.Int64).sum(),
        )
        .sort(KEY)
    )


def local_hour_of_week() -> list[pl.Expr]:
    """`weekday` (1 is Monday) and `hour` in Europe/Paris of `hour_at`."""
    local = pl.col("hour_at").dt.convert_time_zone(PARIS.key).dt
    return [local.weekday().alias("weekday"), local.hour().alias("hour")]
