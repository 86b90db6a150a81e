"""Availability by local date and arrondissement: sums of the mart's hours from midnight to midnight in Paris."""

from datetime import date

import polars as pl

from belib_platform.contracts.mart import SECONDS
from belib_platform.transforms.local_calendar import date_facts, hours_of, local_date

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
    of_day = hours.filter(local_date("hour_at") == day).with_columns(pl.col(AREA).fill_null(ELSEWHERE))
    return (
        of_day.group_by(AREA)
        .agg(
            pl.col(SECONDS).cast(pl.Int64).sum(),
            (pl.col("no_point_free_s").cast(pl.Int64).sum() / (pl.len() * 3600)).alias("no_point_free_ratio"),
        )
        .join(_points(of_day), on=AREA)
        .with_columns(pl.lit(day).alias("local_date"), pl.lit(hours_of(day), pl.Int8).alias("hours"))
        .with_columns(_ratios())
        .join(_weather(of_day), how="cross")
        .join(date_facts([day]).lazy(), on="local_date")
        .sort(AREA)
    )


def _points(of_day: pl.LazyFrame) -> pl.LazyFrame:
    by_hour = of_day.group_by(AREA, "hour_at").agg(pl.col("point_count").sum())
    return by_hour.group_by(AREA).agg(pl.col("point_count").max(), pl.len().alias("hours_in_mart"))


def _ratios() -> list[pl.Expr]:
    observed = pl.sum_horizontal(SECONDS[:-1])
    up, in_service = pl.sum_horizontal(UP), pl.sum_horizontal(IN_SERVICE)
    return [
        _share(pl.col("charging_s"), pl.col("available_s") + pl.col("charging_s")).alias("occupancy_ratio"),
        _share(pl.col("available_s"), observed).alias("available_ratio"),
        _share(up, in_service).alias("uptime_lower_ratio"),
        _share(up + pl.col("unknown_s"), in_service).alias("uptime_upper_ratio"),
        (observed / (pl.col("point_count").cast(pl.Int64) * pl.col("hours") * 3600)).alias("observed_ratio"),
    ]


def _share(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(part / whole)


def _weather(of_day: pl.LazyFrame) -> pl.LazyFrame:
    """One row with the weather of the date; all stations have the same weather in an hour."""
    known = of_day.unique("hour_at").filter(pl.col("weather_provider").is_not_null())
    temperature, rain = pl.col("temperature_c"), pl.col("precipitation_mmh")
    providers = pl.col("weather_provider").unique().sort()
    return known.select(
        pl.len().alias("hours_with_weather"),
        pl.when(pl.len() > 0).then(providers.str.join(" ")).alias("weather_providers"),
        pl.when(temperature.count() > 0).then(_sum(temperature) / temperature.count()).alias("temperature_c"),
        pl.when(rain.count() > 0).then(_sum(rain)).alias("precipitation_mm"),
    )


def _sum(numbers: pl.Expr) -> pl.Expr:
    """The sum, computed in integers of a millionth, so that it does not depend on the order of rows."""
    return (numbers * 1e6).round().cast(pl.Int64).sum() / 1e6
