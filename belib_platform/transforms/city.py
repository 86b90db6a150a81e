"""Availability by local date and arrondissement: sums of the mart's hours from midnight to midnight in Paris."""

from datetime import date

import polars as pl

from belib_platform.contracts.mart import SECONDS
from belib_platform.transforms.local_day import local_day, observed_share, share

ELSEWHERE = 0
"""Key for stations with an unknown arrondissement, so that sums over all arrondissements are complete."""

AREA = "arrondissement"
UP = ("available_s", "charging_s", "reserved_s")
IN_SERVICE = (*UP, "out_of_order_s", "unknown_s")


def city_day(day: date, hours: pl.LazyFrame) -> pl.LazyFrame:
    """Rows of CityDaily for one date of Europe/Paris.

    `hours` are rows of StationAvailabilityHourly that include those of the date, which begins on the previous UTC day.
    An arrondissement without hours on the date has no row.
    """
    by_area = hours.with_columns(pl.col(AREA).fill_null(ELSEWHERE))
    sums = [
        pl.col(SECONDS).cast(pl.Int64).sum(),
        (pl.col("no_point_free_s").cast(pl.Int64).sum() / (pl.len() * 3600)).alias("no_point_free_ratio"),
    ]
    return local_day(day, by_area, AREA, pl.col("point_count").sum(), sums).with_columns(_ratios())


def _ratios() -> list[pl.Expr]:
    observed = pl.sum_horizontal(SECONDS[:-1])
    up, in_service = pl.sum_horizontal(UP), pl.sum_horizontal(IN_SERVICE)
    return [
        share(pl.col("charging_s"), pl.col("available_s") + pl.col("charging_s")).alias("occupancy_ratio"),
        share(pl.col("available_s"), observed).alias("available_ratio"),
        share(up, in_service).alias("uptime_lower_ratio"),
        share(up + pl.col("unknown_s"), in_service).alias("uptime_upper_ratio"),
        observed_share(observed, "point_count"),
    ]
