"""What is expected of bike stations tomorrow: the mean of that weekday, newer weeks counting for more, and the weather.

The weather's factor is one number for the whole network, since a station has far too few dates of each weather: what
the network lacked in such weather, divided by what it lacks on the same weekdays whatever the weather. It is drawn
towards 1, the more so the fewer dates there are.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import polars as pl

from belib_platform.contracts.bikes.mart import DAY_PARTS
from belib_platform.transforms.day_parts import OF_PART, PART, SUMMED, by_part, hours_of_parts, weather_of_parts
from belib_platform.transforms.rhythm import WET_MMH
from belib_platform.transforms.weather import weather_as_known
from belib_platform.transforms.weather_effect import BOUNDS

ISSUED_AT: Final = time(17, tzinfo=UTC)
"""18:00 in Paris in winter, 19:00 in summer."""

WEEKS: Final = 13
DAYS: Final = 7 * WEEKS
"""Dates before the evening that are used; of the weekday of tomorrow there are 13 among them."""

HALF_LIFE_DAYS: Final = 91
"""The age at which a date counts half as much.

In a simulated city, whose habits never change, 7, 14, 28, 56 and 91 days had a squared error 22, 9, 3, 0.7 and 0.2 %
above that of dates that all count alike. So 91 costs nothing there, and follows a city whose habits do change."""

WEIGHT: Final = 1_000_000
"""Weight of a date of today, an integer, so that no sum depends on the order of rows."""

LEAST_DATES: Final = 10
"""Fewer dates of such weather give no factor."""

DRAWN_BY: Final = 30
"""Dates without any effect that are added to those of such weather."""

LACKING: Final = ("no_bike", "no_dock")


def issued_at(day: date) -> datetime:
    """When the forecast of a UTC day is issued (UTC)."""
    return datetime.combine(day, ISSUED_AT)


def same_weekday(target: date) -> list[date]:
    """The dates that a date is compared with, newest first."""
    return [target - timedelta(weeks=n) for n in range(1, WEEKS + 1)]


def bike_tomorrow(
    day: date, present: pl.LazyFrame, stations: pl.LazyFrame, network: pl.LazyFrame, forecasts: pl.LazyFrame
) -> pl.LazyFrame:
    """Rows of BikeTomorrow, issued on the evening of `day`, for the date after it.

    `present` has the station_code of each station to forecast. `stations` has its hours (hour_at, station_code, open_s,
    no_bike_s, no_dock_s, unobserved_s), and `network` the sums of all stations by hour (hour_at, open_s, no_bike_s,
    no_dock_s, temperature_c, precipitation_mmh, weather_available_at). Hours of other dates than the 91 before `day`
    are ignored, so are `forecasts` (rows of WeatherForecast) that came after the evening.
    """
    target = day + timedelta(days=1)
    known = forecasts.filter(pl.col("available_at") <= issued_at(day))
    weather = weather_of_parts(by_part(weather_as_known(hours_of_parts(target), known)))
    factors = _with_factors(weather.drop("local_date"), _shares(day, network))
    parts = pl.LazyFrame({"part": [part.name for part in DAY_PARTS]}, schema={"part": PART})
    of_weekday = _of_weekday(stations.join(present, on="station_code", how="semi"), target)
    expected = [(pl.col(f"{name}_weighted") * pl.col(f"{name}_factor")).clip(0, 1) for name in LACKING]
    return (
        present.select("station_code")
        .join(parts, how="cross")
        .join(of_weekday, on=["station_code", "part"], how="left")
        .join(factors, on="part", how="left")
        .with_columns(
            pl.col("date_count", "observed_ratio").fill_null(0),
            *(share.alias(f"{name}_ratio") for name, share in zip(LACKING, expected, strict=True)),
            pl.lit(issued_at(day), pl.Datetime("ms", "UTC")).alias("issued_at"),
            pl.lit(target).alias("target_date"),
        )
        .sort("station_code", "part")
    )


def _of_weekday(hours: pl.LazyFrame, target: date) -> pl.LazyFrame:
    """Of each station and part the shares on the dates of that weekday, weighted and not, and how much is known."""
    parts = by_part(hours).filter(pl.col("local_date").is_in(same_weekday(target)))
    age = (pl.lit(target) - pl.col("local_date")).dt.total_days()
    weight = (pl.lit(2.0) ** (-age / HALF_LIFE_DAYS) * WEIGHT).round().cast(pl.Int64)
    seconds = pl.col(SUMMED).cast(pl.Int64)
    sums = parts.group_by("station_code", "part").agg(
        seconds.sum(),
        (seconds * weight).sum().name.suffix("_weighted"),
        (3600 - pl.col("unobserved_s").cast(pl.Int64)).sum().alias("observed_s"),
        pl.col("local_date").filter(pl.col("open_s") > 0).n_unique().alias("date_count"),
    )
    length = pl.col("part").replace_strict({p.name: p.seconds for p in DAY_PARTS}, return_dtype=pl.Int64)
    is_open = pl.col("open_s") > 0
    return sums.select(
        "station_code",
        "part",
        "date_count",
        (pl.col("observed_s") / (length * WEEKS)).alias("observed_ratio"),
        *(
            pl.when(is_open).then(pl.col(f"{name}_s_weighted") / pl.col("open_s_weighted")).alias(f"{name}_weighted")
            for name in LACKING
        ),
        *(
            pl.when(is_open).then(pl.col(f"{name}_s") / pl.col("open_s")).alias(f"{name}_climatology_ratio")
            for name in LACKING
        ),
    )


def _shares(day: date, network: pl.LazyFrame) -> pl.LazyFrame:
    """Of each of the 91 dates and part the network's sums, the weather, and what that weekday lacks otherwise."""
    hours = by_part(network).filter(pl.col("local_date").is_between(day - timedelta(days=DAYS), day, closed="left"))
    sums = hours.group_by(OF_PART).agg(pl.col(SUMMED).cast(pl.Int64).sum()).filter(pl.col("open_s") > 0)
    weekday = ["part", pl.col("local_date").dt.weekday().alias("weekday")]
    return sums.join(weather_of_parts(hours), on=OF_PART).with_columns(
        # what that weekday lacks of an open second, in the open seconds of this date; thousandths, as integers
        (pl.col(f"{name}_s").sum().over(weekday) / pl.col("open_s").sum().over(weekday) * pl.col("open_s") * 1000)
        .round()
        .cast(pl.Int64)
        .alias(f"{name}_usual_ms")
        for name in LACKING
    )


def _with_factors(weather: pl.LazyFrame, shares: pl.LazyFrame) -> pl.LazyFrame:
    """The weather of tomorrow's parts with the network's factors in such weather, 1 where they are not known."""
    like = (
        _kind(shares)
        .group_by("part", "kind")
        .agg(
            pl.len().alias("weather_date_count"),
            *(pl.col(f"{name}_s", f"{name}_usual_ms").sum() for name in LACKING),
        )
    )
    count = pl.col("weather_date_count")
    enough = count >= LEAST_DATES
    return (
        _kind(weather)
        .join(like, on=["part", "kind"], how="left")
        .with_columns(count.fill_null(0))
        .with_columns(
            enough.alias("is_weather_used"),
            *(
                pl.when(enough & (pl.col(f"{name}_usual_ms") > 0))
                .then(1 + (pl.col(f"{name}_s") * 1000 / pl.col(f"{name}_usual_ms") - 1) * count / (count + DRAWN_BY))
                .otherwise(1.0)
                .alias(f"{name}_factor")
                for name in LACKING
            ),
        )
    )


def _kind(weather: pl.LazyFrame) -> pl.LazyFrame:
    """With `kind`, a number for dry or wet and the band of temperature; null where either is unknown."""
    warmth = pl.sum_horizontal(pl.col("temperature_c") >= bound for bound in BOUNDS["temperature_c"])
    is_known = pl.all_horizontal(pl.col("temperature_c", "precipitation_mmh").is_not_null())
    number = 2 * warmth.cast(pl.Int64) + (pl.col("precipitation_mmh") >= WET_MMH).cast(pl.Int64)
    return weather.with_columns(pl.when(is_known).then(number).alias("kind"))
