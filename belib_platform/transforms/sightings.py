"""Observations: the status of each charge point in a poll, with OCPI statuses; invalid records are rejected."""

from typing import NamedTuple

import polars as pl

from belib_platform.contracts.vocabulary import CHARGE_POINT_ID, STATUS_OF_WORD, STATUSES, normalise

RECORD_LIMIT = 4096
"""Number of characters stored of a rejected record."""

RULES = {
    "charge_point_id_is_present": pl.col("charge_point_id").is_not_null(),
    "charge_point_id_fits_its_pattern": pl.col("charge_point_id").str.contains(CHARGE_POINT_ID),
    "status_is_present": pl.col("status_word").is_not_null(),
    "status_word_is_known": pl.col("status").is_not_null(),
    "one_status_per_poll": pl.col("is_unequivocal"),
}
"""Rules for real-time records by name, in the order of evaluation."""

ONE_POLL = ["page_id", "charge_point_id"]


class Sifted(NamedTuple):
    """Valid rows (`good`), and rejected ones with `rule` and `record` (JSON)."""

    good: pl.DataFrame
    rejects: pl.DataFrame


def status_of(words: pl.Series) -> pl.Series:
    """OCPI statuses of the source's words; null for unknown words."""
    crosswalk = {word: STATUS_OF_WORD.get(normalise(word)) for word in words.drop_nulls().unique()}
    return words.replace_strict(crosswalk, default=None, return_dtype=pl.Enum(STATUSES)).alias("status")


def sift_sightings(records: pl.DataFrame) -> Sifted:
    """Runs of length one from decoded real-time records of one or more responses, and the rejected records.

    `records` has the decoder's columns and, of each record's response, `page_id`, `fetched_at` and `holds_until`.
    Duplicates within a poll count once. If an id has several statuses in a poll, all its records of that poll are
    rejected.
    """
    judged = ruled(records)
    good = judged.filter(pl.col("rule").is_null())
    if judged["is_repeated"].any():
        good = good.unique(ONE_POLL, keep="last")
    return Sifted(good.select(_AS_RUN), evidence(judged.filter(pl.col("rule").is_not_null()), records.columns))


def ruled(records: pl.DataFrame) -> pl.DataFrame:
    """Add `status`, `is_repeated` and `rule`, the name of the first violated rule, to the records.

    Needs the decoder's columns and `page_id`. If an id occurs repeatedly in a poll, the newest timestamp comes last.
    """
    is_repeated = pl.struct(ONE_POLL).is_duplicated() & pl.col("charge_point_id").is_not_null()
    frame = records.with_columns(
        status_of(records["status_word"]), is_repeated.alias("is_repeated"), is_unequivocal=pl.lit(value=True)
    )
    if frame["is_repeated"].any():  # rare, and costs more than all the rest
        one_status = pl.col("status").n_unique().over(ONE_POLL) == 1
        frame = frame.with_columns(is_unequivocal=~pl.col("is_repeated") | one_status)
        frame = frame.sort("source_updated_at", nulls_last=False, maintain_order=True)
    return frame.with_columns(rule=first_broken(RULES))


def first_broken(rules: dict[str, pl.Expr]) -> pl.Expr:
    """Name of the first rule that is false or null for a row; null if it violates none."""
    broken = (pl.when(~kept.fill_null(value=False)).then(pl.lit(name)) for name, kept in rules.items())
    return pl.coalesce(*broken)


def evidence(rejected: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Add `record`, these columns as JSON, to rejected rows."""
    record = pl.struct(columns).struct.json_encode().str.head(RECORD_LIMIT)
    return rejected.with_columns(record=record)


_AS_RUN = [
    pl.col("fetched_at").alias("first_seen_at"),
    pl.col("charge_point_id"),
    pl.col("fetched_at").alias("last_seen_at"),
    pl.col("holds_until"),
    pl.col("status"),
    pl.lit(1, pl.Int32).alias("poll_count"),
    pl.col("source_updated_at"),
]
