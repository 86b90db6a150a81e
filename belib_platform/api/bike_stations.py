"""What answers say of a bike station at an instant, and the SQL that finds it."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from belib_platform.api.answers import column
from belib_platform.contracts.bikes.clean import BikeStation, BikeStationStatus

State = Literal["open", "closed", "not_reporting", "unobserved"]


class StationState(BaseModel):
    """A bike station, its bikes and docks. All counts and flags are null where it is unobserved."""

    station_code: str = column(BikeStation, "station_code")
    station_name: str | None = column(BikeStation, "station_name")
    commune: str | None = column(BikeStation, "commune")
    insee_code: str | None = column(BikeStation, "insee_code")
    arrondissement: int | None = column(BikeStation, "arrondissement")
    longitude: float | None = column(BikeStation, "longitude")
    latitude: float | None = column(BikeStation, "latitude")
    capacity: int | None = column(BikeStation, "capacity")
    state: State = Field(
        description="open: installed, renting and returning. closed: not all of these. not_reporting: it has not "
        "reported for more than 24 h, and its counts and flags are those of its last report; neither empty nor full. "
        "unobserved: no observation holds at as_of, and nobody knows."
    )
    bikes: int | None = Field(description="Bikes available: mechanical and electric ones.")
    mechanical: int | None = column(BikeStationStatus, "mechanical")
    ebike: int | None = column(BikeStationStatus, "ebike")
    docks: int | None = column(BikeStationStatus, "docks")
    unavailable_dock_count: int | None = column(BikeStationStatus, "unavailable_dock_count")
    is_installed: bool | None = column(BikeStationStatus, "is_installed")
    is_renting: bool | None = column(BikeStationStatus, "is_renting")
    is_returning: bool | None = column(BikeStationStatus, "is_returning")
    is_reporting: bool | None = column(BikeStationStatus, "is_reporting")
    since_at: datetime | None = Field(
        description="The first poll that saw these counts and flags (UTC); they came between the poll before and it."
    )
    is_since_exact: bool | None = Field(
        description="False where they may be older, because they hold since before the last seven days."
    )


RENTS = "is_reporting AND is_installed AND is_renting"
RETURNS = "is_reporting AND is_installed AND is_returning"
OPEN = f"{RENTS} AND is_returning"

_DERIVED = {
    "state": f"""
        CASE WHEN is_reporting IS NULL THEN 'unobserved' WHEN NOT is_reporting THEN 'not_reporting'
            WHEN {OPEN} THEN 'open' ELSE 'closed' END
    """,
    "bikes": "mechanical + ebike",
}

_LOOKED_UP = ("since_at", "is_since_exact")

FOUND = ", ".join(
    f"{_DERIVED[name]} AS {name}" if name in _DERIVED else name
    for name in StationState.model_fields
    if name not in _LOOKED_UP
)
"""Columns over `state` and `clean.bike_station`: all fields but those of since."""
