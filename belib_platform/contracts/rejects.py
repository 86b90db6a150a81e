"""Records turned away: those of one response that are kept, and how the others are counted."""

from typing import Final

import polars as pl

KEPT: Final = 1_000
"""Records turned away that are kept of one response; one row for each rule counts the others."""

_COUNTED = r'^\{"further_records": ([0-9]+)\}$'

RECORD_COUNT_SQL: Final = f"coalesce(substring(record from '{_COUNTED}')::bigint, 1)"
"""The same as `record_count`, for PostgreSQL."""


def further_records(count: int) -> str:
    """The `record` of a row that stands for so many records turned away for one rule."""
    return f'{{"further_records": {count}}}'


def record_count() -> pl.Expr:
    """How many records a row of rejects stands for; of columns `record`."""
    return pl.col("record").str.extract(_COUNTED, 1).cast(pl.Int64).fill_null(1)


def counts_by_rule(rejects: pl.DataFrame) -> dict[str, int]:
    """How many records broke which rule, most broken first, given columns `rule` and `record`."""
    counts = rejects.group_by("rule").agg(record_count().sum().alias("count"))
    return dict(counts.sort("count", "rule", descending=[True, False]).iter_rows())


def bounded(rejects: pl.DataFrame) -> pl.DataFrame:
    """At most KEPT rows of each `page_id`, in their order, and one row for each rule that counts those left out."""
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
