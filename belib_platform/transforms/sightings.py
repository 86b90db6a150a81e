"""Observations: what a poll said of each thing; invalid records are rejected, each by the rule that it breaks."""

from collections.abc import Sequence
from typing import NamedTuple

import polars as pl

from belib_platform.transforms.runs import Observed

RECORD_LIMIT = 4096
"""Number of characters stored of a rejected record."""


class Sifted(NamedTuple):
    """Valid rows (`good`), and rejected ones with `rule` and `record` (JSON)."""

    good: pl.DataFrame
    rejects: pl.DataFrame


def sifted_runs(judged: pl.DataFrame, things: Observed, columns: Sequence[str], others: Sequence[str] = ()) -> Sifted:
    """Runs of length one from judged records of one or more responses, and the rejected records.

    `judged` has the key and the state, `rule`, `is_repeated`, and of each record's response `page_id`, `fetched_at` and
    `holds_until`. Duplicates within a poll count once. Runs also have the columns `others`; of a rejected record the
    `columns` are kept.
    """
    good, rejects = divided(judged, columns)
    if judged["is_repeated"].any():
        good = good.unique(["page_id", things.key], keep="last")
    runs = good.select(
        pl.col("fetched_at").alias("first_seen_at"),
        things.key,
        pl.col("fetched_at").alias("last_seen_at"),
        "holds_until",
        *things.state,
        pl.lit(1, pl.Int32).alias("poll_count"),
        *others,
    )
    return Sifted(runs, rejects)


def divided(judged: pl.DataFrame, columns: Sequence[str]) -> Sifted:
    """Records that break no rule (`rule` is null), and the others, of which these columns are kept."""
    good = judged.filter(pl.col("rule").is_null()).drop("rule")
    return Sifted(good, evidence(judged.filter(pl.col("rule").is_not_null()), list(columns)))


def with_repetitions(records: pl.DataFrame, things: Observed) -> pl.DataFrame:
    """Add `is_repeated`, whether a poll names the thing several times, and `is_unequivocal`, false if these differ.

    Needs `page_id`, the key and the state. If any are repeated, the newest `source_updated_at` comes last.
    """
    one_poll = ["page_id", things.key]
    is_repeated = pl.struct(one_poll).is_duplicated() & pl.col(things.key).is_not_null()
    frame = records.with_columns(is_repeated.alias("is_repeated"), is_unequivocal=pl.lit(value=True))
    if not frame["is_repeated"].any():
        return frame  # nearly always, and what follows costs more than all the rest
    one_state = pl.struct(things.state).n_unique().over(one_poll) == 1
    frame = frame.with_columns(is_unequivocal=~pl.col("is_repeated") | one_state)
    return frame.sort("source_updated_at", nulls_last=False, maintain_order=True)


def first_broken(rules: dict[str, pl.Expr]) -> pl.Expr:
    """Name of the first rule that is false or null for a row; null if it violates none."""
    broken = (pl.when(~kept.fill_null(value=False)).then(pl.lit(name)) for name, kept in rules.items())
    return pl.coalesce(*broken)


def evidence(rejected: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Add `record`, these columns as JSON, to rejected rows."""
    record = pl.struct(columns).struct.json_encode().str.head(RECORD_LIMIT)
    return rejected.with_columns(record=record)
