"""Attributes of charge points and stations, from the real-time feed and the static set."""

from datetime import date

import polars as pl

from belib_platform.contracts.clean import ChargePointDay
from belib_platform.contracts.vocabulary import CHARGE_POINT_ID
from belib_platform.transforms.attributes import attributes_of, day_rows, lay_days

LIVE = ["address", "insee_code", "arrondissement", "longitude", "latitude"]
"""Attributes in the real-time feed, which omits all of them for some charge points in some polls."""

DERIVED_STATION = r"^(FR\*V75\*)E((?:PX[0-9]{2}|HBS[A-Z]{2}|[0-9]{4})\*[A-Z0-9]+)\*.*$"
"""A station's id is the first four segments of its charge points' ids, with P instead of E at the beginning of the
third (true for 2,073 of 2,073 charge points in 2022, and 1,931 of 1,937 in 2024)."""


def arrondissement() -> pl.Expr:
    """The number, 1 to 20, from `arrondissement_label`; for `Paris centre` from the postcode, else the INSEE code."""
    label = pl.col("arrondissement_label").str.extract(r"^([0-9]{1,2})\s*e", 1)
    postcode = pl.col("address").str.extract(r"\b75(?:0|1)([0-9]{2})\b", 1)
    insee = pl.col("insee_code").str.extract(r"^751([0-9]{2})$", 1)
    numbers = [number.cast(pl.Int8) for number in (label, postcode, insee)]
    known = [pl.when(number.is_between(1, 20)).then(number) for number in numbers]
    return pl.coalesce(known).alias("arrondissement")


def live_day(day: date, records: pl.LazyFrame) -> pl.LazyFrame:
    """Rows of ChargePointDay from decoded real-time records, which must be in the order of their polls."""
    fits = records.filter(pl.col("charge_point_id").str.contains(CHARGE_POINT_ID)).with_columns(arrondissement())
    return day_rows(ChargePointDay, day, fits, LIVE, is_live=True)


def static_day(day: date, records: pl.LazyFrame) -> pl.LazyFrame:
    """Rows of ChargePointDay from decoded static records, which must be in the order of publication."""
    located = records.with_columns(arrondissement())
    return day_rows(ChargePointDay, day, located, attributes_of(ChargePointDay), is_live=False)


def charge_points(so_far: pl.LazyFrame, days: pl.LazyFrame) -> pl.LazyFrame:
    """Rows of ChargePoint: the rows `so_far`, updated with ChargePointDay rows of later days."""
    known = pl.when(~pl.col("is_station_derived")).then("station_id").alias("station_id")
    return lay_days(ChargePointDay, so_far.with_columns(known), days).with_columns(
        pl.col("charge_point_id").str.replace_all("*", "", literal=True).alias("national_id"),
        pl.col("station_id").is_null().alias("is_station_derived"),
        known_or_derived_station(),
    )


def known_or_derived_station() -> pl.Expr:
    """`station_id`, derived from `charge_point_id` if it is null."""
    derived = pl.col("charge_point_id").str.replace(DERIVED_STATION, "${1}P${2}")
    return pl.coalesce("station_id", derived).alias("station_id")


def stations(points: pl.LazyFrame) -> pl.LazyFrame:
    """Rows of Station from those of ChargePoint."""
    return (
        points.sort("last_seen_date", "charge_point_id")
        .group_by("station_id", maintain_order=True)
        .agg(
            pl.col("station_name", "address").drop_nulls().last(),
            pl.col("arrondissement").drop_nulls().mode().sort().first(),
            pl.col("longitude", "latitude").median(),
            pl.len().cast(pl.Int32).alias("point_count"),
            pl.col("power_kw").max().alias("max_power_kw"),
            pl.col("last_seen_date").max(),
        )
        .sort("station_id")
    )
