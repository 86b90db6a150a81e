"""Checks of `station_availability_hourly`: whether the hours add up, and whether their weather was known."""

from belib_platform.checks.contract_kept import rule_check
from belib_platform.contracts.mart import StationAvailabilityHourly

CHECKS = (
    rule_check(
        StationAvailabilityHourly,
        "seconds_of_an_hour_add_up",
        "The seven columns of time add up to point_count × 3,600.",
    ),
    rule_check(
        StationAvailabilityHourly,
        "weather_was_known_at_that_hour",
        "No hour uses a forecast that came after it began.",
    ),
)
