"""The shares shown, each a sum over a sum of seconds or a count over a count; a share of nothing is empty."""

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
"""Every document is one hour of a station's points of one power."""

IN_SERVICE_KQL: Final = "not status: (PLANNED or INOPERATIVE or REMOVED)"
FREE_NOW: Final = f"count(kql='status: AVAILABLE') / count(kql='{IN_SERVICE_KQL}')"
SEEN_NOW: Final = "count(kql='is_current: true') / count()"
