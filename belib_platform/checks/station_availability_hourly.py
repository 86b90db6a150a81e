"""Checks of `station_availability_hourly`: whether the hours add up, and whether their weather was known."""

from belib_platform.checks.check import Check
from belib_platform.checks.contract_kept import rule_is_kept
from belib_platform.contracts.mart import StationAvailabilityHourly

CHECKS = (
    Check(
        "seconds_of_an_hour_add_up",
        "The seven columns of time add up to point_count × 3,600.",
        lambda draft: rule_is_kept(StationAvailabilityHourly, "seconds_of_an_hour_add_up", draft.rows),
        is_blocking=True,
    ),
    Check(
        "weather_was_known_at_that_hour",
        "No hour uses a forecast that came after it began.",
        lambda draft: rule_is_kept(StationAvailabilityHourly, "weather_was_known_at_that_hour", draft.rows),
        is_blocking=True,
    ),
)
