"""A simulated history of bike stations as hours of the mart, computed straight from what the feed published."""

from datetime import datetime, timedelta

import polars as pl

from belib_platform.contracts.clean import WeatherForecast
from belib_platform.contracts.contract import frame_schema
from belib_platform.simulator.bike_closures import OPEN
from belib_platform.simulator.paris import Paris
from belib_platform.transforms.weather import weather_as_known

POLL_S = 900
HOUR = timedelta(hours=1)


def hours_of_stations(paris: Paris) -> pl.DataFrame:
    """All hours of all stations: a poll every 15 minutes holds until the next."""
    codes = [station.station_code for station in paris.bike_city]
    polls = [_poll(paris, codes, at) for at in range(_second(paris.begins_at), _second(paris.ends_at), POLL_S)]
    hour_at = (pl.col("second").cast(pl.Int64) // 3600 * 3_600_000).cast(pl.Datetime("ms", "UTC"))
    return (
        pl.concat(polls)
        .group_by(hour_at.alias("hour_at"), "station_code")
        .agg((pl.col("open", "no_bike", "no_dock").sum() * POLL_S).name.suffix("_s"))
        .with_columns(pl.lit(0).alias("unobserved_s"))
        .sort("hour_at", "station_code")
    )


def hours_of_network(paris: Paris, stations: pl.DataFrame, forecasts: pl.DataFrame) -> pl.DataFrame:
    """The sums of all stations by hour, with the weather as it was known then."""
    sums = stations.group_by("hour_at").agg(pl.col("open_s", "no_bike_s", "no_dock_s").sum()).sort("hour_at")
    days = [paris.begins_at + timedelta(days=n) for n in range(paris.days)]
    known = [
        weather_as_known(
            sums.lazy().filter(pl.col("hour_at").dt.date() == day.date()).select("hour_at"),
            forecasts.lazy().filter(pl.col("available_at").is_between(day - timedelta(days=1), day + 24 * HOUR)),
        ).collect()
        for day in days
    ]
    return sums.join(pl.concat(known), on="hour_at", how="left")


def forecasts_of(paris: Paris) -> pl.DataFrame:
    """Rows of WeatherForecast: asked for every six hours, of two days each."""
    asked = [paris.begins_at + timedelta(hours=n) for n in range(0, 24 * paris.days, 6)]
    frames = [
        paris.sky.forecast(at, 49).select(
            "valid_at",
            "temperature_c",
            "precipitation_mm",
            pl.lit(at).alias("fetched_at"),
            pl.lit(at).alias("available_at"),
            pl.lit("open_meteo").alias("provider"),
            pl.lit("paris").alias("location"),
            pl.lit(3600).alias("interval_s"),
        )
        for at in asked
    ]
    schema = frame_schema(WeatherForecast)
    return pl.concat(frames).select(
        pl.col(column).cast(dtype) if column in frames[0].columns else pl.lit(None, dtype).alias(column)
        for column, dtype in schema.items()
    )


def _poll(paris: Paris, codes: list[str], second: int) -> pl.DataFrame:
    said = paris.bikes.reported(second)
    is_open = said.flags & OPEN == OPEN
    return pl.DataFrame(
        {
            "station_code": codes,
            "second": second,
            "open": is_open.astype(int),
            "no_bike": (is_open & (said.mechanical + said.ebike == 0)).astype(int),
            "no_dock": (is_open & (said.docks == 0)).astype(int),
        }
    )


def _second(at: datetime) -> int:
    return int(at.timestamp())
