"""Checks of `bike_availability_hourly`: whether the hours add up, are all there, and their weather was known."""

import polars as pl

from belib_platform.checks.check import Check
from belib_platform.checks.contract_kept import rule_check
from belib_platform.checks.finding import Finding, none_of
from belib_platform.contracts.bikes.mart import BikeAvailabilityHourly


def every_station_has_all_hours(rows: pl.DataFrame) -> Finding:
    """Every station that has rows on a UTC day has one for each of its hours that any station has."""
    day = pl.col("hour_at").dt.date().alias("utc_date")
    closed = rows.group_by(day).agg(pl.col("hour_at").n_unique().alias("closed_hours"))
    stations = rows.group_by(day, "station_code").agg(pl.len().alias("hours")).join(closed, on="utc_date")
    incomplete = stations.filter(pl.col("hours") != pl.col("closed_hours")).sort("utc_date", "station_code")
    return none_of(incomplete, stations.height)


CHECKS = (
    rule_check(
        BikeAvailabilityHourly,
        "seconds_of_an_hour_add_up",
        "The four columns of time add up to 3,600.",
    ),
    rule_check(
        BikeAvailabilityHourly,
        "weather_was_known_at_that_hour",
        "No hour uses a forecast that came after it began.",
    ),
    Check(
        "every_station_has_all_hours",
        "Every station observed on a UTC day has a row for each of its closed hours.",
        lambda draft: every_station_has_all_hours(draft.rows),
        is_blocking=True,
    ),
)
