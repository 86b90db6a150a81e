"""Hours of bike stations added up by date in Europe/Paris and part of the day."""

from datetime import date

import polars as pl

from belib_platform.contracts.bikes.mart import DAY_PARTS
from belib_platform.transforms.local_calendar import PARIS, local_date, starts_at

PART = pl.Enum([part.name for part in DAY_PARTS])

OF_PART = ["local_date", "part"]

SUMMED = ("open_s", "no_bike_s", "no_dock_s")
"""Seconds of an hour that are added up."""


def by_part(hours: pl.LazyFrame) -> pl.LazyFrame:
    """The hours that belong to a part of the day, with `local_date` and `part`; `hours` has hour_at (UTC)."""
    hour = pl.col("hour_at").dt.convert_time_zone(PARIS.key).dt.hour()
    part = pl.coalesce(
        pl.when((hour >= part.first_hour) & (hour < part.end_hour)).then(pl.lit(part.name)) for part in DAY_PARTS
    )
    return hours.with_columns(local_date("hour_at").alias("local_date"), part.cast(PART).alias("part")).drop_nulls(
        "part"
    )


def hours_of_parts(day: date) -> pl.LazyFrame:
    """`hour_at` (UTC) of every hour of a date's parts."""
    starts = [starts_at(day, hour) for part in DAY_PARTS for hour in range(part.first_hour, part.end_hour)]
    return pl.LazyFrame({"hour_at": starts}, schema={"hour_at": pl.Datetime("ms", "UTC")})


def weather_of_parts(hours: pl.LazyFrame) -> pl.LazyFrame:
    """The weather of each date's parts, of all hours or null: mean temperature and greatest precipitation.

    `hours` has the columns of `by_part`, temperature_c, precipitation_mmh and weather_available_at, once an hour.
    """
    temperature, rain = pl.col("temperature_c"), pl.col("precipitation_mmh")
    whole = pl.col("part").replace_strict({p.name: p.seconds // 3600 for p in DAY_PARTS}, return_dtype=pl.Int64)
    return (
        hours.group_by(OF_PART)
        .agg(
            # in integers of a thousandth, so that the mean does not depend on the order of rows
            ((temperature * 1000).round().cast(pl.Int64).sum() / (temperature.count() * 1000)).alias("temperature_c"),
            rain.max(),
            pl.col("weather_available_at").max(),
            temperature.count().alias("temperatures"),
            rain.count().alias("rains"),
        )
        .with_columns(
            pl.when(pl.col("temperatures") == whole).then(temperature).alias("temperature_c"),
            pl.when(pl.col("rains") == whole).then(rain).alias("precipitation_mmh"),
        )
        .drop("temperatures", "rains")
    )
