"""Documents for Elasticsearch, Vélib': hours of bike stations, and what the stations have now."""

import polars as pl

from belib_platform.contracts.bikes.search import BelibBikeAvailability, BelibBikeStations
from belib_platform.transforms.bike_city import MEANS
from belib_platform.transforms.bike_moves import OPEN
from belib_platform.transforms.documents import document_id, hour_facts, last_seen_at, newest, place
from belib_platform.transforms.local_day import share
from belib_platform.transforms.runs import BIKE_STATIONS

KEY = BIKE_STATIONS.key
LACKING = ("no_bike", "no_dock")

PLACES = (KEY, "station_name", "commune", "arrondissement", "longitude", "latitude")
"""What documents of hours say of a station that the mart does not."""


def bike_availability_documents(hours: pl.LazyFrame, stations: pl.LazyFrame) -> pl.LazyFrame:
    """Documents of BelibBikeAvailability, one per row of BikeAvailabilityHourly, given the rows of BikeStation."""
    ratios = [share(pl.col(f"{lacking}_s"), pl.col("open_s")).round(2).alias(f"{lacking}_ratio") for lacking in LACKING]
    return (
        hours.join(stations.select(PLACES), on=KEY, how="left")
        .with_columns(document_id(pl.col(KEY)), *hour_facts(), _area(), place(), *ratios, pl.col(MEANS).round(1))
        .select(list(BelibBikeAvailability.columns()))
    )


def bike_station_documents(runs: pl.LazyFrame, stations: pl.LazyFrame) -> pl.LazyFrame:
    """Documents of BelibBikeStations, given the BikeStationStatus rows of two adjacent UTC days and all of BikeStation.

    The newest observation of any station is that of the newest sound poll.
    """
    service = (
        pl.when(~pl.col("is_reporting")).then(pl.lit("NOT_REPORTING"))
        .when(pl.all_horizontal(OPEN)).then(pl.lit("OPEN"))
        .otherwise(pl.lit("CLOSED"))
        .alias("service")
    )  # fmt: skip
    return (
        newest(runs, BIKE_STATIONS)
        .join(stations, on=KEY, how="left")
        .with_columns((pl.col("mechanical") + pl.col("ebike")).alias("bikes"), service, _area(), place())
        .with_columns(last_seen_at(BIKE_STATIONS, "area_label"))
        .select(list(BelibBikeStations.columns()))
    )


def _area() -> pl.Expr:
    arrondissement = pl.lit("Paris ") + pl.col("arrondissement").cast(pl.String).str.zfill(2)
    return pl.coalesce(arrondissement, "commune", pl.lit("??")).alias("area_label")
