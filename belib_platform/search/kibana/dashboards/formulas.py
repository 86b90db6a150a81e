"""Formulas of the shares: sums of seconds divided by sums, or counts by counts; empty where the divisor is 0."""

from typing import Final

OCCUPANCY: Final = "sum(charging_s) / (sum(available_s) + sum(charging_s))"
OUT_OF_ORDER: Final = "sum(out_of_order_s) / sum(observed_s)"
UNKNOWN: Final = "sum(unknown_s) / sum(observed_s)"
COVERAGE: Final = "sum(observed_s) / sum(total_s)"
WORKING_AT_LEAST: Final = (
    "(sum(available_s) + sum(charging_s) + sum(reserved_s)) / (sum(observed_s) - sum(not_in_service_s))"
)
WORKING_AT_MOST: Final = (
    "(sum(available_s) + sum(charging_s) + sum(reserved_s) + sum(unknown_s))"
    " / (sum(observed_s) - sum(not_in_service_s))"
)
SATURATION: Final = "sum(no_point_free_s) / (count() * 3600)"
"""Each document is one hour of one station's charge points of one power."""

IN_SERVICE_KQL: Final = "not status: (PLANNED or INOPERATIVE or REMOVED)"
FREE_NOW: Final = f"count(kql='status: AVAILABLE') / count(kql='{IN_SERVICE_KQL}')"
SEEN_NOW: Final = "count(kql='is_current: true') / count()"

NO_BIKE: Final = "sum(no_bike_s) / sum(open_s)"
NO_DOCK: Final = "sum(no_dock_s) / sum(open_s)"
BIKE_COVERAGE: Final = "(count() * 3600 - sum(unobserved_s)) / (count() * 3600)"
"""Each document is one hour of one bike station."""

TAKEN: Final = "sum(out_lower) / count()"
NO_BIKE_NOW: Final = "count(kql='bikes: 0') / count()"
NO_DOCK_NOW: Final = "count(kql='docks: 0') / count()"
