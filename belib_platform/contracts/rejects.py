"""Rejected records: how many of one response are stored, and how the others are counted."""

from typing import Final

import polars as pl

KEPT: Final = 1_000
"""Maximum number of rejected records stored per response; one row per rule counts the others."""

_COUNTED = r'^\{"further_records": ([0-9]+)\}$'

RECORD_COUNT_SQL: Final = f"coalesce(substring(record from '{_COUNTED}')::bigint, 1)"
"""`record_count` as SQL."""


def further_records(count: int) -> str:
    """The text in `record` of a row that stands for this many further records rejected by one rule."""
    return f'{{"further_records": {count}}}'


def record_count() -> pl.Expr:
    """Number of rejected records that a row stands for, from its column `record`."""
    return pl.col("record").str.extract(_COUNTED, 1).cast(pl.Int64).fill_null(1)


def counts_by_rule(rejects: pl.DataFrame) -> dict[str, int]:
    """Number of rejected records by rule, largest first, given the columns `rule` and `record`."""
    counts = rejects.group_by("rule").agg(record_count().sum().alias("count"))
    return dict(counts.sort("count", "rule", descending=[True, False]).iter_rows())


def bounded(rejects: pl.DataFrame) -> pl.DataFrame:
    """At most KEPT rows per `page_id`, in their order, and one row per rule that counts the others."""
    place = pl.int_range(pl.len()).over("page_id")
    further = rejects.filter(place >= KEPT)
    if further.is_empty():
        return rejects
    count = record_count().sum().over("page_id", "rule")
    record = pl.concat_str(pl.lit('{"further_records": '), count, pl.lit("}"))
    counted = further.with_columns(record.alias("record")).unique(
        ["page_id", "rule"], keep="first", maintain_order=True
    )
    return pl.concat([rejects.filter(place < KEPT), counted])
