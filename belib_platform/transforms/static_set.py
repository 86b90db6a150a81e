"""Validate records of the static set, which has contained placeholders without ids and invented charge points."""

import polars as pl

from belib_platform.contracts.vocabulary import CHARGE_POINT_ID
from belib_platform.transforms.sightings import Sifted, divided, first_broken

RULES = {
    "charge_point_id_is_present": pl.col("charge_point_id").is_not_null(),
    "charge_point_id_fits_its_pattern": pl.col("charge_point_id").str.contains(CHARGE_POINT_ID),
}
"""Rules for static records by name, in the order of evaluation."""


def ruled(records: pl.DataFrame) -> pl.DataFrame:
    """Add `rule`, the name of the first violated rule or null, to the records."""
    return records.with_columns(rule=first_broken(RULES))


def sift_static(records: pl.DataFrame) -> Sifted:
    """Divide decoded static records of one or more responses into valid and rejected ones."""
    return divided(ruled(records), records.columns)
