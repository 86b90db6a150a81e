"""The rhythm of the week: what a station's hours add up to, by local hour of the week and weather."""

from typing import Final, NamedTuple

import polars as pl

from belib_platform.contracts.mart import WEATHERS
from belib_platform.transforms.local_calendar import PARIS, local_date

WET_MMH = 0.1
"""Precipitation from which an hour is wet, mm per hour: what a rain gauge can measure."""


class StationHours(NamedTuple):
    """The hours of a network's stations: the columns of their key and area, and what of them is added up.

    `known` are the seconds of an hour of which something is known, and `squares` names the sum of their squares.
    """

    key: str
    area: str
    summed: tuple[str, ...]
    known: pl.Expr
    squares: str


CHARGING_STATION_HOURS: Final = StationHours(
    "station_id",
    "arrondissement",
    ("free_s", "none_free_s", "undetermined_s", "available_s", "charging_s", "observed_s", "point_s"),
    pl.col("free_s") + pl.col("none_free_s"),
    "determined_s2",
)


def rhythm(hours: pl.LazyFrame, stations: StationHours) -> pl.LazyFrame:
    """Columns of StationRhythm or BikeRhythm but for first_date and last_date, and quotients of sums.

    `hours` has for each station and UTC hour hour_at, the key, the area, precipitation_mmh, which all stations share,
    and the columns that are summed. An hour that exists twice, when the clocks go back, is one of its date.
    """
    key = [stations.key, "weekday", "hour", "weather"]
    of_dates = (
        hours.with_columns(*local_hour_of_week(), local_date("hour_at").alias("local_date"))
        .group_by(stations.key, "weekday", "hour", "local_date")
        .agg(
            pl.col(stations.area).sort_by("hour_at").last(),
            pl.col("precipitation_mmh").max(),
            pl.col(stations.summed).cast(pl.Int64).sum(),
        )
    )
    rain = pl.col("precipitation_mmh")
    weather = pl.when(rain.is_null()).then(pl.lit("unknown")).when(rain >= WET_MMH).then(pl.lit("wet"))
    return (
        of_dates.with_columns(weather.otherwise(pl.lit("dry")).cast(pl.Enum(WEATHERS)).alias("weather"))
        .group_by(key)
        .agg(
            pl.col(stations.area).sort_by("local_date").last(),
            (stations.known > 0).sum().alias("date_count"),
            (stations.known**2).sum().cast(pl.Float64).alias(stations.squares),
            pl.col(stations.summed).sum(),
        )
        .sort(key)
    )


def local_hour_of_week() -> list[pl.Expr]:
    """`weekday` (1 is Monday) and `hour` in Europe/Paris of `hour_at`."""
    local = pl.col("hour_at").dt.convert_time_zone(PARIS.key).dt
    return [local.weekday().alias("weekday"), local.hour().alias("hour")]
