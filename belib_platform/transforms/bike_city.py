"""Availability of bikes by local date and area: sums of the mart's hours from midnight to midnight in Paris."""

from datetime import date

import polars as pl

from belib_platform.contracts.bikes.mart import BIKE_SECONDS, LACKING, UNKNOWN_AREA
from belib_platform.transforms.bike_hours import held
from belib_platform.transforms.bike_moves import MOVED
from belib_platform.transforms.local_day import local_day, observed_share, share

SUMMED = (*BIKE_SECONDS, *LACKING, *MOVED)
"""Columns of an hour that are added up; bikes and seconds."""

MEANS = ("bike_mean", "ebike_mean", "dock_mean")


def bike_city_day(day: date, hours: pl.LazyFrame) -> pl.LazyFrame:
    """Rows of BikeCityDaily for one date of Europe/Paris.

    `hours` are rows of BikeAvailabilityHourly that include those of the date, which begins on the previous UTC day. An
    area without hours on the date has no row.
    """
    by_area = hours.with_columns(pl.col("insee_code").fill_null(UNKNOWN_AREA).alias("area"))
    sums = [pl.col(SUMMED).cast(pl.Int64).sum(), *(held(mean).sum() for mean in MEANS)]
    stations = pl.len().alias("station_count")
    return local_day(day, by_area, "area", stations, sums).with_columns(_ratios())


def _ratios() -> list[pl.Expr]:
    open_s = pl.col("open_s")
    return [
        *(share(pl.col(mean), open_s).alias(mean) for mean in MEANS),
        *(share(pl.col(lacking), open_s).alias(lacking.replace("_s", "_ratio")) for lacking in LACKING),
        observed_share(pl.sum_horizontal(BIKE_SECONDS[:-1]), "station_count"),
    ]
