"""Checks of `charge_point_day`: whether the static set is still itself, and where the points are."""

import polars as pl

from belib_platform.checks.check import Check
from belib_platform.checks.draft import Draft
from belib_platform.checks.finding import Finding, none_of
from belib_platform.checks.newest_response import every_value_is_readable, newest_records
from belib_platform.checks.rejected import rejected_rows_stay_under_a_limit
from belib_platform.sources import belib_static
from belib_platform.sources.belib_static import BELIB_STATIC
from belib_platform.sources.records import BodyError, Decoded
from belib_platform.sources.verdict import absent_columns

REGION = {"longitude": (1.4, 3.6), "latitude": (48.1, 49.3)}
"""The Île-de-France region, WGS 84, degrees."""


def the_static_set_still_has_its_columns(edition: Decoded | BodyError | None) -> Finding:
    """The newest edition of the static set has every column we read; without an edition there is nothing to judge."""
    match edition:
        case None:
            missing = []
        case BodyError():
            missing = [f"all: the body {edition}"]
        case _:
            missing = absent_columns(edition, belib_static.LAYOUT)
    numbers: dict[str, float | int | str] = {"missing": len(missing), "columns": ", ".join(missing)}
    return Finding(not missing, numbers | ({"editions": 0} if edition is None else {}), is_warning=True)


def coordinates_lie_in_the_region(points: pl.DataFrame) -> Finding:
    """Known coordinates lie in the Île-de-France region."""
    outside = pl.any_horizontal(~pl.col(axis).is_between(*bounds) for axis, bounds in REGION.items())
    known = points.filter(pl.all_horizontal(pl.col(axis).is_not_null() for axis in REGION))
    offenders = known.filter(outside).select("charge_point_id", "longitude", "latitude")
    return none_of(offenders, known.height, is_warning=True)


def newest_edition(draft: Draft) -> Decoded | BodyError | None:
    """The records of the newest static edition."""
    return newest_records(draft.inputs.responses(BELIB_STATIC), BELIB_STATIC.name, belib_static.LAYOUT)


CHECKS = (
    Check(
        "the_static_set_still_has_its_columns",
        "The newest static edition has every column we read.",
        lambda draft: the_static_set_still_has_its_columns(draft.once(newest_edition)),
    ),
    Check(
        "every_value_is_readable",
        "Every value of the newest static edition could be read, in its usual spelling.",
        lambda draft: every_value_is_readable(draft.once(newest_edition)),
    ),
    Check(
        "coordinates_lie_in_the_region",
        "Known coordinates lie in the Île-de-France region.",
        lambda draft: coordinates_lie_in_the_region(draft.rows),
    ),
    Check(
        "rejected_rows_stay_under_a_limit",
        "At most 1 % of the static records were rejected.",
        lambda draft: rejected_rows_stay_under_a_limit(draft.rejects, int(draft.rows["is_in_static_set"].sum())),
        plotted=("rejected_ratio",),
    ),
)
