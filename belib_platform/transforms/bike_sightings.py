"""Observations of bike stations: bikes, docks and flags of each in a poll."""

import polars as pl

from belib_platform.contracts.vocabulary import BIKE_STATION_CODE
from belib_platform.transforms.runs import BIKE_STATIONS
from belib_platform.transforms.sightings import Sifted, first_broken, sifted_runs, with_repetitions

REPORTS_WITHIN = pl.duration(hours=24)
"""A station whose last report is older is not reporting: its counts are not those of now. Some are years old."""

MOST = 1_000
"""More bikes or docks are no count of a station; the largest of 2025 has 78 docks."""

COUNTS = ("mechanical", "ebike", "docks")
FLAGS = ("is_installed", "is_renting", "is_returning")

RULES = {
    "station_code_is_present": pl.col("station_code").is_not_null(),
    "station_code_fits_its_pattern": pl.col("station_code").str.contains(BIKE_STATION_CODE),
    "counts_are_present": pl.all_horizontal(pl.col(COUNTS).is_not_null()),
    "counts_are_not_negative": pl.all_horizontal(pl.col(COUNTS) >= 0),
    "counts_are_those_of_a_station": pl.all_horizontal(pl.col(COUNTS) <= MOST),
    "bikes_are_mechanical_or_electric": (pl.col("mechanical") + pl.col("ebike"))
    .eq(pl.col("bikes"))
    .fill_null(value=True),
    "flags_are_known": pl.all_horizontal(pl.col(FLAGS).is_not_null()),
    "one_state_per_poll": pl.col("is_unequivocal"),
}
"""Rules for real-time records by name, in the order of evaluation. More bikes and docks than the capacity break none:
stations are at times fuller than full, and capacities are published wrong."""


def sift_bike_sightings(records: pl.DataFrame) -> Sifted:
    """Runs of length one from decoded real-time records of one or more responses, and the rejected records.

    `records` has the decoder's columns and, of each record's response, `page_id`, `fetched_at` and `holds_until`.
    Duplicates within a poll count once. If a code has several states in a poll, all its records of that poll are
    rejected.
    """
    return sifted_runs(ruled(records), BIKE_STATIONS, records.columns)


def ruled(records: pl.DataFrame) -> pl.DataFrame:
    """Add the state's derived columns, `is_repeated` and `rule`, the name of the first violated rule, to the records.

    Needs the decoder's columns, `page_id` and `fetched_at`. If a code occurs repeatedly in a poll, the newest timestamp
    comes last.
    """
    held = pl.col("capacity").clip(0, MOST) - pl.sum_horizontal(pl.col(COUNTS).clip(0, MOST))
    known = records.with_columns(
        held.clip(0).cast(pl.Int16).alias("unavailable_dock_count"),
        (pl.col("source_updated_at") >= pl.col("fetched_at") - REPORTS_WITHIN)
        .fill_null(value=True)
        .alias("is_reporting"),
    )
    return with_repetitions(known, BIKE_STATIONS).with_columns(rule=first_broken(RULES))
