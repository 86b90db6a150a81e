"""Checks of `charge_point_status`: what was rejected, and whether the runs hold together."""

from collections.abc import Sequence

import polars as pl

from belib_platform.checks.check import Check
from belib_platform.checks.draft import Draft
from belib_platform.checks.finding import SAMPLE, Finding, none_of
from belib_platform.checks.rejected import nothing_was_rejected_for, rejected_rows_stay_under_a_limit

ID_RULES = ("charge_point_id_is_present", "charge_point_id_fits_its_pattern")


def runs_do_not_overlap(runs: pl.DataFrame) -> Finding:
    """No charge point has two statuses at one instant."""
    before = pl.col("last_seen_at").shift().over("charge_point_id", order_by="first_seen_at")
    return none_of(runs.filter(pl.col("first_seen_at") <= before), runs.height)


def folding_page_by_page_equals_folding_the_day(differing: Sequence[pl.DataFrame]) -> Finding:
    """Days folded again from the same responses equal what was held; days not compared in this run are not judged."""
    rows = pl.concat(differing) if differing else None
    numbers: dict[str, float | int | str] = {
        "days_compared": len(differing),
        "differing": rows.height if rows is not None else 0,
    }
    return Finding(rows is None or rows.is_empty(), numbers, rows.head(SAMPLE) if rows is not None else None)


def sightings(draft: Draft) -> int:
    """How many sightings the run adds: those of the rows about to be written, without those of the rows replaced."""
    replaced = [partition.held for partition in draft.partitions if partition.held is not None]
    before = sum(int(rows["poll_count"].cast(pl.Int64).sum()) for rows in replaced)
    return int(draft.rows["poll_count"].cast(pl.Int64).sum()) - before


def refolded(draft: Draft) -> list[pl.DataFrame]:
    """Of each day that was folded again from the same responses the rows in which it differs from those held."""
    return [frame for partition in draft.partitions if (frame := partition.differing) is not None]


CHECKS = (
    Check(
        "every_status_word_is_known",
        "No record was rejected for a status word never seen before.",
        lambda draft: nothing_was_rejected_for(draft.rejects, ["status_word_is_known"], sightings(draft)),
    ),
    Check(
        "every_charge_point_id_fits_its_pattern",
        "No record was rejected for its id.",
        lambda draft: nothing_was_rejected_for(draft.rejects, ID_RULES, sightings(draft)),
    ),
    Check(
        "no_id_twice_with_different_statuses_in_a_poll",
        "No poll gave one id several statuses.",
        lambda draft: nothing_was_rejected_for(draft.rejects, ["one_status_per_poll"], sightings(draft)),
    ),
    Check(
        "rejected_rows_stay_under_a_limit",
        "At most 1 % of the records were rejected.",
        lambda draft: rejected_rows_stay_under_a_limit(draft.rejects, sightings(draft)),
        plotted=("rejected_ratio",),
    ),
    Check(
        "runs_do_not_overlap",
        "No charge point has two statuses at one instant.",
        lambda draft: runs_do_not_overlap(draft.rows),
        is_blocking=True,
    ),
    Check(
        "folding_page_by_page_equals_folding_the_day",
        "A full refresh from the same responses gives the rows that the table held.",
        lambda draft: folding_page_by_page_equals_folding_the_day(refolded(draft)),
        plotted=("differing",),
    ),
)
