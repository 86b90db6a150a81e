"""`/v1/stations`: how many charge points of a station are free at an instant."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from belib_platform.api.answers import Answer, column, envelope
from belib_platform.api.conditional import headers_of, not_modified
from belib_platform.api.database import rows, transaction
from belib_platform.api.instants import AsOfParameter, known_at
from belib_platform.api.pages import FORMS, APage, page_response
from belib_platform.api.places import DISTANCE, AtPlace, OfKind
from belib_platform.api.present import STATE, instants
from belib_platform.api.problems import DOCUMENTED
from belib_platform.contracts import clean

router = APIRouter()


class Station(BaseModel):
    """A station with a charge point that was observed in the last two days before as_of."""

    station_id: str = column(clean.Station, "station_id")
    station_name: str | None = column(clean.Station, "station_name")
    address: str | None = column(clean.Station, "address")
    arrondissement: int | None = column(clean.Station, "arrondissement")
    longitude: float | None = column(clean.Station, "longitude")
    latitude: float | None = column(clean.Station, "latitude")
    max_power_kw: float | None = column(clean.Station, "max_power_kw")
    point_count: int = Field(description="Charge points of the kind asked for: the sum of the seven counts below.")
    available_count: int = Field(description="AVAILABLE: free.")
    charging_count: int = Field(description="CHARGING; may include cars that no longer charge.")
    reserved_count: int = Field(description="RESERVED.")
    out_of_order_count: int = Field(description="OUTOFORDER.")
    unknown_count: int = Field(description="UNKNOWN: the operator has no contact.")
    not_in_service_count: int = Field(description="PLANNED, INOPERATIVE or REMOVED.")
    unobserved_count: int = Field(description="No observation holds at as_of: nobody knows.")
    distance_m: float | None = Field(None, description="Metres from `near`, if that was given.")


class Stations(Answer):
    """Stations by id, or by distance from `near`."""

    items: list[Station] = Field(description="The stations of this page.")


STATION_COLUMNS = [name for name in Station.model_fields if name in clean.Station.columns() and name != "point_count"]

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


def listed(of_stations: list[str], of_points: list[str]) -> str:
    """SQL of the stations that meet conditions, with the charge points of theirs that do; one more than a page has."""
    columns = ", ".join(f"s.{name}" for name in STATION_COLUMNS)
    return f"""
    WITH {STATE},
    counted AS (
        SELECT station_id, {COUNTS}
        FROM state JOIN clean.charge_point USING (charge_point_id)
        WHERE {" AND ".join(["true", *of_points])}
        GROUP BY station_id
    ),
    found AS (
        SELECT {columns}, {", ".join(f"counted.{name}" for name in _COUNTED)},
            CASE WHEN %(latitude)s::float8 IS NOT NULL THEN {DISTANCE} END AS distance_m
        FROM counted JOIN clean.station AS s USING (station_id)
        WHERE {" AND ".join(["available_count >= %(free_min)s", *of_stations])}
    )
    SELECT * FROM found
    WHERE %(after_id)s::text IS NULL OR (coalesce(distance_m, 0), station_id) > (%(after_m)s::float8, %(after_id)s)
    ORDER BY coalesce(distance_m, 0), station_id
    LIMIT %(limit)s + 1
    """


_COUNTED = [name for name in Station.model_fields if name.endswith("_count")]


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
    position = page.position(float, str)
    async with transaction(request.app.state.pool) as connection:
        known = await known_at(connection, position.at if position else as_of)
        headers = await headers_of(connection, request, known, request.app.state.settings.cadence_s)
        if unchanged := not_modified(request, headers):
            return unchanged
        parameters: dict[str, Any] = {
            "latitude": None,
            "longitude": None,
            **place.parameters,
            **kind.parameters,
            **instants(known.at),
            "free_min": free_min,
            "limit": page.limit,
            "after_m": position.key[0] if position else None,
            "after_id": position.key[1] if position else None,
        }
        found = await rows(connection, listed(place.conditions, kind.conditions), parameters)
        items, cursor = page.cut(found, known.at, lambda item: [float(item["distance_m"] or 0), item["station_id"]])
        for item in items:
            if not place.has_distance:
                del item["distance_m"]
        simulated = request.app.state.settings.is_simulated
        return page_response(
            page.form, {**envelope(known, is_simulated=simulated), "next_cursor": cursor}, items, headers
        )
