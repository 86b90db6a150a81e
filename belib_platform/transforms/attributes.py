"""Attributes of things, such as charge points: the last known value of each by day, and of all days.

Functions take the contract of a table by day, such as ChargePointDay: its key is `utc_date` and the thing, and beside
the attributes it has `is_live` and `is_in_static_set`.
"""

from collections.abc import Sequence
from datetime import date

import polars as pl

from belib_platform.contracts.contract import Contract, frame_schema

SEEN = ["first_seen_date", "last_seen_date", "last_live_date", "last_static_date"]
"""Columns of a table of things that say on which UTC days they were seen."""


def key_of(by_day: type[Contract]) -> str:
    """The column that names the thing."""
    return next(column for column in by_day.primary_key() if column != "utc_date")


def attributes_of(by_day: type[Contract]) -> list[str]:
    """The columns that are attributes."""
    others = ("utc_date", key_of(by_day), "is_live", "is_in_static_set")
    return [column for column in frame_schema(by_day) if column not in others]


def day_rows(
    by_day: type[Contract], day: date, records: pl.LazyFrame, attributes: Sequence[str], *, is_live: bool
) -> pl.LazyFrame:
    """Rows of a UTC day from decoded records, which must be in the order of their responses; other attributes null."""
    schema = frame_schema(by_day)
    absent = [name for name in attributes_of(by_day) if name not in attributes]
    return (
        records.group_by(key_of(by_day))
        .agg(pl.col(attributes).drop_nulls().last())
        .with_columns(
            pl.lit(day).alias("utc_date"),
            pl.lit(is_live).alias("is_live"),
            pl.lit(not is_live).alias("is_in_static_set"),
            *(pl.lit(None, schema[name]).alias(name) for name in absent),
        )
        .select(pl.col(column).cast(dtype) for column, dtype in schema.items())
    )


def lay_day(by_day: type[Contract], layers: Sequence[pl.LazyFrame]) -> pl.LazyFrame:
    """Merge several frames of rows of one day: known values of later frames replace earlier ones."""
    key = key_of(by_day)
    return (
        pl.concat(layers)
        .group_by(key, maintain_order=True)
        .agg(
            pl.col("utc_date").first(),
            pl.col("is_live", "is_in_static_set").any(),
            pl.col(attributes_of(by_day)).drop_nulls().last(),
        )
        .select(list(frame_schema(by_day)))
        .sort(key)
    )


def lay_days(by_day: type[Contract], so_far: pl.LazyFrame, days: pl.LazyFrame) -> pl.LazyFrame:
    """The last known attributes of each thing, and when it was seen: `so_far`, updated with rows of later days.

    `so_far` has the key, the columns of SEEN and the attributes; so has the result, sorted by key.
    """
    key, attributes = key_of(by_day), attributes_of(by_day)
    newer = days.sort("utc_date").with_columns(
        pl.col("utc_date").alias("first_seen_date"),
        pl.col("utc_date").alias("last_seen_date"),
        pl.when("is_live").then("utc_date").alias("last_live_date"),
        pl.when("is_in_static_set").then("utc_date").alias("last_static_date"),
    )
    return (
        pl.concat(frame.select(key, *SEEN, *attributes) for frame in (so_far, newer))
        .group_by(key, maintain_order=True)
        .agg(pl.col("first_seen_date").min(), pl.col(SEEN[1:]).max(), pl.col(attributes).drop_nulls().last())
        .sort(key)
    )
