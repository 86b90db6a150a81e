"""The check of `city_daily`."""

from belib_platform.checks.local_daily import sums_check
from belib_platform.contracts.mart import SECONDS
from belib_platform.warehouse.city_daily import CITY_DATES

CHECKS = (
    sums_check(
        "seconds_add_up_to_the_mart",
        "Each column of time adds up to the mart's from midnight to midnight in Paris.",
        CITY_DATES,
        SECONDS,
    ),
)
