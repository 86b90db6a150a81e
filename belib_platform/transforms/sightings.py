"""Sightings: what one poll said of each charge point, with OCPI statuses; what breaks a rule is turned away."""

from typing import NamedTuple

import polars as pl

from belib_platform.contracts.vocabulary import CHARGE_POINT_ID, STATUS_OF_WORD, STATUSES, normalise

RECORD_LIMIT = 4096
"""Characters kept of a rejected record."""

RULES = {
    "charge_point_id_is_present": pl.col("charge_point_id").is_not_null(),
    "charge_point_id_fits_its_pattern": pl.col("charge_point_id").str.contains(CHARGE_POINT_ID),
    "status_is_present": pl.col("status_word").is_not_null(),
    "status_word_is_known": pl.col("status").is_not_null(),
    "one_status_per_poll": pl.col("is_unequivocal"),
}
"""What a real-time record must fulfil, by name, in the order in which they are asked."""

ONE_POLL = ["page_id", "charge_point_id"]


class Sifted(NamedTuple):
    """Rows that may go on, and those turned away with `rule` and `record` (JSON)."""

    good: pl.DataFrame
    rejects: pl.DataFrame


def status_of(words: pl.Series) -> pl.Series:
    """OCPI statuses of source words, null where a word is unknown."""
    crosswalk = {word: STATUS_OF_WORD.get(normalise(word)) for word in words.drop_nulls().unique()}
    return words.replace_strict(crosswalk, default=None, return_dtype=pl.Enum(STATUSES)).alias("status")


def sift_sightings(records: pl.DataFrame) -> Sifted:
    """Runs of length one from decoded real-time records of one or more responses.

    `records` holds the decoder's columns and, of each record's response, `page_id`, `fetched_at` and `holds_until`.
    Identical duplicates within a poll count once; an id with several statuses in a poll loses all its records of
    that poll.
    """
    judged = ruled(records)
    good = judged.filter(pl.col("rule").is_null())
    if judged["is_repeated"].any():
        good = good.unique(ONE_POLL, keep="last")
    return Sifted(good.select(_AS_RUN), evidence(judged.filter(pl.col("rule").is_not_null()), records.columns))


def ruled(records: pl.DataFrame) -> pl.DataFrame:
    """The records with `status`, `is_repeated`, and `rule`, the name of the first rule each breaks, if any.

    Needs the decoder's columns and `page_id`. Where an id occurs twice in a poll, the newest stamp comes last.
    """
    is_repeated = pl.struct(ONE_POLL).is_duplicated() & pl.col("charge_point_id").is_not_null()
    frame = records.with_columns(status_of(records["status_word"]), is_repeated.alias("is_repeated"))
    equivocal = (
        frame.filter("is_repeated").group_by(ONE_POLL).agg((pl.col("status").n_unique() == 1).alias("is_unequivocal"))
    )
    frame = frame.join(equivocal, on=ONE_POLL, how="left").with_columns(pl.col("is_unequivocal").fill_null(value=True))
    if equivocal.height:
        frame = frame.sort("source_updated_at", nulls_last=False, maintain_order=True)
    return frame.with_columns(rule=first_broken(RULES))


def first_broken(rules: dict[str, pl.Expr]) -> pl.Expr:
    """Name of the first rule a row breaks (a null answer breaks it), or null."""
    broken = (pl.when(~kept.fill_null(value=False)).then(pl.lit(name)) for name, kept in rules.items())
    return pl.coalesce(*broken)


def evidence(rejected: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Rejected rows with `record`, the named columns as JSON."""
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
