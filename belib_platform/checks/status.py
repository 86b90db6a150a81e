"""Checks of the status tables of all feeds: what was rejected, and whether the runs hold together."""

from collections.abc import Iterator, Sequence

import polars as pl

from belib_platform.checks.check import Check
from belib_platform.checks.draft import Draft
from belib_platform.checks.finding import SAMPLE, Finding, none_of
from belib_platform.checks.rejected import nothing_was_rejected_for, rejected_rows_stay_under_a_limit
from belib_platform.contracts.bikes.clean import BikeStation
from belib_platform.transforms.runs import CHARGE_POINTS
from belib_platform.warehouse.feeds import BIKE_STATION_FEED, CHARGE_POINT_FEED, Feed

ID_RULES = ("charge_point_id_is_present", "charge_point_id_fits_its_pattern")
CODE_RULES = ("station_code_is_present", "station_code_fits_its_pattern")
COUNT_RULES = (
    "counts_are_present",
    "counts_are_not_negative",
    "counts_are_those_of_a_station",
    "bikes_are_mechanical_or_electric",
)

FULLER = 1.5
"""How often its capacity a station may hold in bikes and free docks before that is told."""


def runs_do_not_overlap(runs: pl.DataFrame, key: str = CHARGE_POINTS.key) -> Finding:
    """Nothing has two states at one instant."""
    before = pl.col("last_seen_at").shift().over(key, order_by="first_seen_at")
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


def stations_hold_what_they_can(runs: pl.DataFrame, stations: pl.DataFrame) -> Finding:
    """No station had more bikes and free docks than FULLER times its capacity; these are kept, since capacities err."""
    held = runs.group_by("station_code").agg(pl.sum_horizontal("mechanical", "ebike", "docks").max().alias("held"))
    known = stations.select("station_code", "capacity").drop_nulls()
    judged = held.join(known, on="station_code").sort("station_code")
    return none_of(judged.filter(pl.col("held") > FULLER * pl.col("capacity")), judged.height, is_warning=True)


def _of_rules(name: str, sentence: str, *rules: str) -> Check:
    return Check(name, sentence, lambda draft: nothing_was_rejected_for(draft.rejects, rules, sightings(draft)))


def _of_runs(feed: Feed, sentence: str) -> Iterator[Check]:
    yield Check(
        "rejected_rows_stay_under_a_limit",
        "At most 1 % of the records were rejected.",
        lambda draft: rejected_rows_stay_under_a_limit(draft.rejects, sightings(draft)),
        plotted=("rejected_ratio",),
    )
    yield Check(
        "runs_do_not_overlap",
        sentence,
        lambda draft: runs_do_not_overlap(draft.rows, feed.things.key),
        is_blocking=True,
    )
    yield Check(
        "folding_page_by_page_equals_folding_the_day",
        "A full refresh from the same responses gives the rows that the table held.",
        lambda draft: folding_page_by_page_equals_folding_the_day(refolded(draft)),
        plotted=("differing",),
    )


CHARGE_POINT_CHECKS = (
    _of_rules(
        "every_status_word_is_known",
        "No record was rejected for a status word never seen before.",
        "status_word_is_known",
    ),
    _of_rules("every_charge_point_id_fits_its_pattern", "No record was rejected for its id.", *ID_RULES),
    _of_rules(
        "no_id_twice_with_different_statuses_in_a_poll", "No poll gave one id several statuses.", "one_status_per_poll"
    ),
    *_of_runs(CHARGE_POINT_FEED, "No charge point has two statuses at one instant."),
)

BIKE_STATION_CHECKS = (
    _of_rules(
        "every_flag_is_known", "No record was rejected for a flag that is neither yes nor no.", "flags_are_known"
    ),
    _of_rules(
        "every_count_is_one_of_a_station",
        "No record was rejected for its counts: absent, negative, absurd, or bikes that are neither mechanical nor "
        "electric.",
        *COUNT_RULES,
    ),
    _of_rules("every_station_code_fits_its_pattern", "No record was rejected for its code.", *CODE_RULES),
    _of_rules(
        "no_code_twice_with_different_states_in_a_poll", "No poll gave one code several states.", "one_state_per_poll"
    ),
    *_of_runs(BIKE_STATION_FEED, "No bike station has two states at one instant."),
    Check(
        "stations_hold_what_they_can",
        "No station had more bikes and free docks than 1.5 times its capacity.",
        lambda draft: stations_hold_what_they_can(draft.rows, draft.inputs.table(BikeStation).rows()),
    ),
)
