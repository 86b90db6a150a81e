"""Availability of bikes and docks by station and hour, what moved, and the weather forecast known at that time."""

from datetime import date

import polars as pl

from belib_platform.contracts.bikes.mart import BIKE_SECONDS, INSEE_CODE, LACKING
from belib_platform.transforms.availability import hours_of_day
from belib_platform.transforms.bike_moves import MOVED, OPEN, moved_by_hour
from belib_platform.transforms.runs import BIKE_STATIONS
from belib_platform.transforms.stretches import by_hour, stretches
from belib_platform.transforms.weather import weather_as_known

STATION = BIKE_STATIONS.key
CELL = ["hour_at", STATION]
COUNTS = ("bike", "ebike", "dock")
"""What an open station has: bikes of either kind, electric ones, free docks."""

ALL_OF_PARIS = "75056"
"""INSEE code of the commune of Paris, which does not tell the arrondissement."""


def bike_availability(
    day: date, closed_hours: int, runs: pl.LazyFrame, stations: pl.LazyFrame, forecasts: pl.LazyFrame
) -> pl.LazyFrame:
    """Rows of BikeAvailabilityHourly for the first `closed_hours` hours of a UTC day.

    `runs` are the day's BikeStationStatus rows, `stations` has station_code, insee_code, arrondissement and capacity,
    and `forecasts` has the WeatherForecast rows that may have been known on that day. A station observed on a day has
    a row for each of its hours.
    """
    hours = hours_of_day(day, closed_hours)
    seen = runs.select(STATION).unique().join(_located(stations), on=STATION, how="left")
    summed = [*BIKE_SECONDS[:-1], *LACKING, *(_held_s(count) for count in COUNTS)]
    return (
        hours.join(seen, how="cross")
        .join(_seconds_by_hour(runs), on=CELL, how="left")
        .join(moved_by_hour(runs), on=CELL, how="left")
        .with_columns(pl.col(*summed, *MOVED).fill_null(0))
        .with_columns(
            (3600 - pl.sum_horizontal(BIKE_SECONDS[:-1])).alias("unobserved_s"),
            *(
                pl.when(pl.col("open_s") > 0).then(pl.col(_held_s(count)) / pl.col("open_s")).alias(f"{count}_mean")
                for count in COUNTS
            ),
        )
        .join(weather_as_known(hours, forecasts), on="hour_at", how="left")
        .sort(CELL)
    )


def held(mean: str) -> pl.Expr:
    """Bikes or docks × seconds, from a mean of an hour over `open_s`; null where that is 0.

    They are whole numbers again, so that their sums do not depend on the order of rows.
    """
    return (pl.col(mean) * pl.col("open_s")).round().cast(pl.Int64).alias(mean)


def _located(stations: pl.LazyFrame) -> pl.LazyFrame:
    arrondissement = pl.col("arrondissement").cast(pl.String).str.zfill(2)
    published = pl.col("insee_code").str.contains(INSEE_CODE) & (pl.col("insee_code") != ALL_OF_PARIS)
    insee_code = pl.coalesce(pl.lit("751") + arrondissement, pl.when(published).then("insee_code"))
    return stations.select(STATION, "capacity", insee_code.alias("insee_code"))


def _seconds_by_hour(runs: pl.LazyFrame) -> pl.LazyFrame:
    """Seconds in each state, seconds of LACKING, and the sums of counts × seconds, as far as there are any."""
    bikes = pl.col("mechanical").cast(pl.Int64) + pl.col("ebike")
    counts = (bikes.alias("bike"), pl.col("ebike"), pl.col("docks").alias("dock"))
    states = stretches(runs, BIKE_STATIONS).select(
        STATION, "starts_at", "ends_at", *counts, "is_reporting", pl.all_horizontal(OPEN).alias("is_open")
    )
    return (
        by_hour(states)
        .with_columns((pl.col("ends_at") - pl.col("starts_at")).dt.total_seconds().alias("s"))
        .with_columns(pl.when("is_open").then("s").otherwise(0).alias("open_s"))
        .group_by(CELL)
        .agg(
            pl.col("open_s").sum(),
            pl.col("s").filter(pl.col("is_reporting") & ~pl.col("is_open")).sum().alias("closed_s"),
            pl.col("s").filter(~pl.col("is_reporting")).sum().alias("not_reporting_s"),
            *(pl.col("open_s").filter(pl.col(count) == 0).sum().alias(f"no_{count}_s") for count in COUNTS),
            *((pl.col(count) * pl.col("open_s")).sum().alias(_held_s(count)) for count in COUNTS),
        )
    )


def _held_s(count: str) -> str:
    return f"{count}_s"
