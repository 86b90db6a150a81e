"""Records of the static set, sifted: placeholder rows without ids and invented points have been published."""

import polars as pl

from belib_platform.contracts.vocabulary import CHARGE_POINT_ID
from belib_platform.transforms.sightings import Sifted, evidence, first_broken

RULES = {
    "charge_point_id_is_present": pl.col("charge_point_id").is_not_null(),
    "charge_point_id_fits_its_pattern": pl.col("charge_point_id").str.contains(CHARGE_POINT_ID),
}
"""What a static record must fulfil, by name, in the order in which they are asked."""


def ruled(records: pl.DataFrame) -> pl.DataFrame:
    """The records with `rule`, the name of the first rule each breaks, null where it breaks none."""
    return records.with_columns(rule=first_broken(RULES))


def sift_static(records: pl.DataFrame) -> Sifted:
    """Decoded static records of one or more editions, good ones and those turned away."""
    judged = ruled(records)
    good = judged.filter(pl.col("rule").is_null()).drop("rule")
    return Sifted(good, evidence(judged.filter(pl.col("rule").is_not_null()), records.columns))
