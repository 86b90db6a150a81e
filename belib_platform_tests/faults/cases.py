"""All cases."""

from belib_platform_tests.faults import (
    bad_archive,
    bad_inbox,
    bad_portal,
    bad_search,
    bad_weather,
    dying,
    kills,
    outages,
    times,
)
from belib_platform_tests.faults.case import Case

CASES: list[Case] = [
    *bad_portal.CASES,
    *bad_weather.CASES,
    *bad_search.CASES,
    *bad_inbox.CASES,
    *bad_archive.CASES,
    *kills.CASES,
    *outages.CASES,
    *dying.CASES,
    *times.CASES,
]

QUICK = {
    "HTML with 200@belib",
    "a new status word@belib",
    "a renamed optional field@belib_static",
    "state 409@infoclimat",
    "pages of raw lost@archive",
    "worker killed@while writing charge_point_status",
    "worker killed@after insert raw_belib",
    "away for ten minutes@postgres",
    "clock jumps back@by two minutes",
    "dies under belib up@search, no poll after it",
}
"""The cases that are part of all tests, one of each kind."""
