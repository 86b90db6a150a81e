"""Attributes of charge points: the last known value of each by day, of all days, and by station."""

from datetime import date

import polars as pl

from belib_platform.contracts.clean import ChargePointDay
from belib_platform.contracts.contract import frame_schema

LIVE = ["address", "insee_code", "arrondissement", "longitude", "latitude"]
"""Attributes in the real-time feed, which omits all of them for some charge points in some polls."""

ATTRIBUTES = [
    c for c in frame_schema(ChargePointDay) if c not in ("utc_date", "charge_point_id", "is_live", "is_in_static_set")
]

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
    fits = records.filter(pl.col("charge_point_id").str.contains(_pattern())).with_columns(arrondissement())
    return _day_rows(day, fits, LIVE, is_live=True)


def static_day(day: date, records: pl.LazyFrame) -> pl.LazyFrame:
    """Rows of ChargePointDay from decoded static records, which must be in the order of publication."""
    return _day_rows(day, records.with_columns(arrondissement()), ATTRIBUTES, is_live=False)


def _pattern() -> str:
    regex = ChargePointDay.columns()["charge_point_id"].regex  # type: ignore[attr-defined]
    return str(regex)


def _day_rows(day: date, records: pl.LazyFrame, attributes: list[str], *, is_live: bool) -> pl.LazyFrame:
    schema = frame_schema(ChargePointDay)
    return (
        records.group_by("charge_point_id")
        .agg(pl.col(attributes).drop_nulls().last())
        .with_columns(
            pl.lit(day).alias("utc_date"),
            pl.lit(is_live).alias("is_live"),
            pl.lit(not is_live).alias("is_in_static_set"),
            *(pl.lit(None, schema[a]).alias(a) for a in ATTRIBUTES if a not in attributes),
        )
        .select(pl.col(column).cast(dtype) for column, dtype in schema.items())
    )


def lay_day(layers: list[pl.LazyFrame]) -> pl.LazyFrame:
    """Merge several frames of ChargePointDay rows of one day: known values of later frames replace earlier ones."""
    return (
        pl.concat(layers)
        .group_by("charge_point_id", maintain_order=True)
        .agg(
            pl.col("utc_date").first(),
            pl.col("is_live", "is_in_static_set").any(),
            pl.col(ATTRIBUTES).drop_nulls().last(),
        )
        .select(list(frame_schema(ChargePointDay)))
        .sort("charge_point_id")
    )


def charge_points(so_far: pl.LazyFrame, days: pl.LazyFrame) -> pl.LazyFrame:
    """Rows of ChargePoint: the rows `so_far`, updated with ChargePointDay rows of later days."""
    older = so_far.with_columns(
        pl.when(~pl.col("is_station_derived")).then("station_id").alias("station_id"),
    ).drop("is_station_derived", "national_id")
    newer = days.sort("utc_date").with_columns(
        pl.col("utc_date").alias("first_seen_date"),
        pl.col("utc_date").alias("last_seen_date"),
        pl.when("is_live").then("utc_date").alias("last_live_date"),
        pl.when("is_in_static_set").then("utc_date").alias("last_static_date"),
    )
    return (
        pl.concat([older, newer.select(older.collect_schema().names())])
        .group_by("charge_point_id", maintain_order=True)
        .agg(
            pl.col("first_seen_date").min(),
            pl.col("last_seen_date", "last_live_date", "last_static_date").max(),
            pl.col(ATTRIBUTES).drop_nulls().last(),
        )
        .with_columns(
            pl.col("charge_point_id").str.replace_all("*", "", literal=True).alias("national_id"),
            pl.col("station_id").is_null().alias("is_station_derived"),
            known_or_derived_station(),
        )
        .sort("charge_point_id")
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
