"""The rhythm of the week of bike stations: how often each had bikes and docks, by local hour and weather."""

from typing import Final

import polars as pl

from belib_platform.contracts.bikes.mart import LACKING
from belib_platform.transforms.bike_hours import held
from belib_platform.transforms.local_day import share
from belib_platform.transforms.rhythm import StationHours, rhythm

MEANS = ("bike_mean", "dock_mean")

BIKE_STATION_HOURS: Final = StationHours(
    "station_code", "insee_code", ("open_s", *LACKING, *MEANS), pl.col("open_s"), "open_s2"
)


def bike_rhythm(hours: pl.LazyFrame) -> pl.LazyFrame:
    """Columns of BikeRhythm but for first_date and last_date.

    `hours` are rows of BikeAvailabilityHourly, all that there are of each of their stations.
    """
    sums = rhythm(hours.with_columns(held(mean) for mean in MEANS), BIKE_STATION_HOURS)
    return sums.with_columns(share(pl.col(mean), pl.col("open_s")).alias(mean) for mean in MEANS)
