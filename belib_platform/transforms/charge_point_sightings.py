"""Observations of charge points: the OCPI status of each in a poll."""

import polars as pl

from belib_platform.contracts.vocabulary import CHARGE_POINT_ID, STATUS_OF_WORD, STATUSES, normalise
from belib_platform.transforms.runs import CHARGE_POINTS
from belib_platform.transforms.sightings import Sifted, first_broken, sifted_runs, with_repetitions

RULES = {
    "charge_point_id_is_present": pl.col("charge_point_id").is_not_null(),
    "charge_point_id_fits_its_pattern": pl.col("charge_point_id").str.contains(CHARGE_POINT_ID),
    "status_is_present": pl.col("status_word").is_not_null(),
    "status_word_is_known": pl.col("status").is_not_null(),
    "one_status_per_poll": pl.col("is_unequivocal"),
}
"""Rules for real-time records by name, in the order of evaluation."""


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
    return sifted_runs(ruled(records), CHARGE_POINTS, records.columns, ["source_updated_at"])


def ruled(records: pl.DataFrame) -> pl.DataFrame:
    """Add `status`, `is_repeated` and `rule`, the name of the first violated rule, to the records.

    Needs the decoder's columns and `page_id`. If an id occurs repeatedly in a poll, the newest timestamp comes last.
    """
    known = records.with_columns(status_of(records["status_word"]))
    return with_repetitions(known, CHARGE_POINTS).with_columns(rule=first_broken(RULES))
