"""`/v1/stations`: how many charge points of a station are free at an instant."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from belib_platform.api.answers import Answer, column
from belib_platform.api.instants import AsOfParameter
from belib_platform.api.listings import Listing, listed
from belib_platform.api.pages import FORMS, APage
from belib_platform.api.places import AtPlace, OfKind
from belib_platform.api.problems import DOCUMENTED
from belib_platform.contracts import clean

router = APIRouter()


class Counts(BaseModel):
    """Charge points by state."""

    point_count: int = Field(description="Charge points of the kind asked for: the sum of the seven counts below.")
    available_count: int = Field(description="AVAILABLE: free.")
    charging_count: int = Field(description="CHARGING; may include cars that no longer charge.")
    reserved_count: int = Field(description="RESERVED.")
    out_of_order_count: int = Field(description="OUTOFORDER.")
    unknown_count: int = Field(description="UNKNOWN: the operator has no contact.")
    not_in_service_count: int = Field(description="PLANNED, INOPERATIVE or REMOVED.")
    unobserved_count: int = Field(description="No observation holds at as_of: nobody knows.")


class Station(Counts):
    """A station with a charge point that was observed in the last two days before as_of."""

    station_id: str = column(clean.Station, "station_id")
    station_name: str | None = column(clean.Station, "station_name")
    address: str | None = column(clean.Station, "address")
    arrondissement: int | None = column(clean.Station, "arrondissement")
    longitude: float | None = column(clean.Station, "longitude")
    latitude: float | None = column(clean.Station, "latitude")
    max_power_kw: float | None = column(clean.Station, "max_power_kw")
    distance_m: float | None = Field(None, description="Metres from `near`, if that was given.")


class Stations(Answer):
    """Stations by id, or by distance from `near`."""

    items: list[Station] = Field(description="The stations of this page.")


COLUMNS = [name for name in Station.model_fields if name in clean.Station.columns() and name != "point_count"]
COUNTED = [name for name in Station.model_fields if name.endswith("_count")]

COUNTS = """
    count(*) AS point_count,
    count(*) FILTER (WHERE status = 'AVAILABLE') AS available_count,
    count(*) FILTER (WHERE status = 'CHARGING') AS charging_count,
    count(*) FILTER (WHERE status = 'RESERVED') AS reserved_count,
    count(*) FILTER (WHERE status = 'OUTOFORDER') AS out_of_order_count,
    count(*) FILTER (WHERE status = 'UNKNOWN') AS unknown_count,
    count(*) FILTER (WHERE status IN ('PLANNED', 'INOPERATIVE', 'REMOVED')) AS not_in_service_count,
    count(*) FILTER (WHERE status IS NULL) AS unobserved_count
"""

AT_PLACE = "station_id IN (SELECT station_id FROM clean.station WHERE {})"
"""Asked of the charge points, so that those of other stations are not counted at all."""


@router.get(
    "/stations",
    summary="Stations and how many of their charge points are free",
    response_model=Stations,
    responses=DOCUMENTED | {200: {"content": FORMS}, 304: {"description": "Not modified since that ETag."}},
)
async def stations(
    request: Request,
    place: AtPlace,
    kind: OfKind,
    page: APage,
    as_of: AsOfParameter = None,
    free_min: Annotated[int, Query(ge=0, le=1000, description="At least so many AVAILABLE charge points.")] = 0,
) -> Response:
    """The stations observed lately and the statuses of their charge points, now or as it was known at `as_of`."""
    columns = [*(f"s.{name}" for name in COLUMNS), *(f"counted.{name}" for name in COUNTED)]
    found = f"""
        SELECT {", ".join(columns)}
        FROM clean.station AS s JOIN (
            SELECT station_id, {COUNTS} FROM state JOIN clean.charge_point USING (charge_point_id)
            WHERE {" AND ".join([AT_PLACE.format(" AND ".join(["true", *place.conditions])), *kind.conditions])}
            GROUP BY station_id
        ) AS counted USING (station_id)
        WHERE available_count >= %(free_min)s
    """
    parameters = {**kind.parameters, "free_min": free_min}
    return await listed(request, page, place, as_of, Listing("station_id", found, parameters))
