"""A date in Europe/Paris by area: hours of a mart added up from midnight to midnight, with the weather and holidays."""

from collections.abc import Sequence
from datetime import date

import polars as pl

from belib_platform.transforms.local_calendar import date_facts, hours_of, local_date


def local_day(day: date, hours: pl.LazyFrame, area: str, members: pl.Expr, sums: Sequence[pl.Expr]) -> pl.LazyFrame:
    """One row per area for one date of Europe/Paris.

    `hours` are rows of a mart that include those of the date, which begins on the previous UTC day; `area` is a column
    of them without nulls. The rows have `sums`, the greatest of `members`, which is computed for each hour, the number
    of hours of the date and in the mart, the weather and holidays. An area without hours on the date has no row.
    """
    of_day = hours.filter(local_date("hour_at") == day)
    by_hour = of_day.group_by(area, "hour_at").agg(members)
    greatest = by_hour.group_by(area).agg(pl.len().alias("hours_in_mart"), pl.exclude(area, "hour_at").max())
    return (
        of_day.group_by(area)
        .agg(sums)
        .join(greatest, on=area)
        .with_columns(pl.lit(day).alias("local_date"), pl.lit(hours_of(day), pl.Int8).alias("hours"))
        .join(_weather(of_day), how="cross")
        .join(date_facts([day]).lazy(), on="local_date")
        .sort(area)
    )


def share(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    """`part` ÷ `whole`; null if `whole` is 0."""
    return pl.when(whole > 0).then(part / whole)


def observed_share(observed: pl.Expr, members: str) -> pl.Expr:
    """`observed_ratio`: observed seconds ÷ those of all hours of the date, whether they are in the mart or not."""
    return (observed / (pl.col(members).cast(pl.Int64) * pl.col("hours") * 3600)).alias("observed_ratio")


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
