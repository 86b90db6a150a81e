"""Attributes of bike stations, from the real-time feed and from the operator's station information."""

from datetime import date

import polars as pl

from belib_platform.contracts.bikes.clean import BikeStation, BikeStationDay
from belib_platform.contracts.contract import frame_schema
from belib_platform.contracts.vocabulary import BIKE_STATION_CODE
from belib_platform.transforms.attributes import attributes_of, day_rows, lay_days
from belib_platform.transforms.bike_sightings import MOST
from belib_platform.transforms.sightings import Sifted, divided, first_broken

PARIS = "75056"
"""INSEE code of Paris, which the feed gives to the stations of all arrondissements."""

PLACED = ["station_name", "capacity", "longitude", "latitude"]
"""Attributes in the station information."""

RULES = {
    "station_code_is_present": pl.col("station_code").is_not_null(),
    "station_code_fits_its_pattern": pl.col("station_code").str.contains(BIKE_STATION_CODE),
}
"""Rules for records of the station information by name, in the order of evaluation."""


def arrondissement() -> pl.Expr:
    """The arrondissement, 1 to 20, of stations that the feed places in Paris: the thousands of their codes."""
    thousands = pl.col("station_code").str.extract(r"^([0-9]{1,2})[0-9]{3}(?:_|$)", 1).cast(pl.Int8)
    return pl.when((pl.col("insee_code") == PARIS) & thousands.is_between(1, 20)).then(thousands)


def live_day(day: date, records: pl.LazyFrame) -> pl.LazyFrame:
    """Rows of BikeStationDay from decoded real-time records, which must be in the order of their polls."""
    known = _known(records).with_columns(
        arrondissement().alias("arrondissement"), pl.col("source_updated_at").alias("last_reported_at")
    )
    return day_rows(BikeStationDay, day, known, attributes_of(BikeStationDay), is_live=True)


def static_day(day: date, records: pl.LazyFrame) -> pl.LazyFrame:
    """Rows of BikeStationDay from decoded station information, which must be in the order of publication."""
    return day_rows(BikeStationDay, day, _known(records), PLACED, is_live=False)


def _known(records: pl.LazyFrame) -> pl.LazyFrame:
    fits = records.filter(pl.col("station_code").str.contains(BIKE_STATION_CODE))
    return fits.with_columns(pl.when(pl.col("capacity").is_between(0, MOST)).then("capacity"))


def bike_stations(so_far: pl.LazyFrame, days: pl.LazyFrame) -> pl.LazyFrame:
    """Rows of BikeStation: the rows `so_far`, updated with BikeStationDay rows of later days."""
    return lay_days(BikeStationDay, so_far, days).select(list(frame_schema(BikeStation)))


def ruled(records: pl.DataFrame) -> pl.DataFrame:
    """Add `rule`, the name of the first violated rule or null, to records of the station information."""
    return records.with_columns(rule=first_broken(RULES))


def sift_information(records: pl.DataFrame) -> Sifted:
    """Divide decoded station information of one or more responses into valid and rejected records."""
    return divided(ruled(records), records.columns)
