"""All cases."""

from belib_platform_tests.faults import bad_portal, bad_weather, kills, outages, times
from belib_platform_tests.faults.case import Case

CASES: list[Case] = [*bad_portal.CASES, *bad_weather.CASES, *kills.CASES, *outages.CASES, *times.CASES]
