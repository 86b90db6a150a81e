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

    `hours` has for each station and UTC hour hour_at, station_id, arrondissement, precipitation_mmh, which all stations
    share, and the columns that are summed. An hour that exists twice, when the clocks go back, is one of its date.
    """
    determined = pl.col("free_s") + pl.col("none_free_s")
    of_dates = (
        hours.with_columns(*local_hour_of_week(), local_date("hour_at").alias("local_date"))
        .group_by("station_id", "weekday", "hour", "local_date")
        .agg(
            pl.col("arrondissement").sort_by("hour_at").last(),
            pl.col("precipitation_mmh").max(),
            pl.col(SUMMED).cast(pl.Int64).sum(),
        )
    )
    rain = pl.col("precipitation_mmh")
    weather = pl.when(rain.is_null()).then(pl.lit("unknown")).when(rain >= WET_MMH).then(pl.lit("wet"))
    return (
        of_dates.with_columns(weather.otherwise(pl.lit("dry")).cast(pl.Enum(WEATHERS)).alias("weather"))
        .group_by(KEY)
        .agg(
            pl.col("arrondissement").sort_by("local_date").last(),
            (determined > 0).sum().alias("date_count"),
            (determined**2).sum().cast(pl.Float64).alias("determined_s2"),
            pl.col(SUMMED).sum(),
        )
        .sort(KEY)
    )


def local_hour_of_week() -> list[pl.Expr]:
    """`weekday` (1 is Monday) and `hour` in Europe/Paris of `hour_at`."""
    local = pl.col("hour_at").dt.convert_time_zone(PARIS.key).dt
    return [local.weekday().alias("weekday"), local.hour().alias("hour")]
