"""The check of `bike_city_daily`."""

from belib_platform.checks.local_daily import sums_check
from belib_platform.transforms.bike_city import SUMMED
from belib_platform.warehouse.bike_city_daily import BIKE_CITY_DATES

CHECKS = (
    sums_check(
        "sums_add_up_to_the_mart",
        "Each column of time, and of bikes moved, adds up to the mart's from midnight to midnight in Paris.",
        BIKE_CITY_DATES,
        SUMMED,
    ),
)
