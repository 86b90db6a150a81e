"""`/v1/charge-points`: the status of charge points at an instant."""

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from belib_platform.api.answers import Answer, column, envelope
from belib_platform.api.conditional import headers_of, not_modified
from belib_platform.api.database import rows, transaction
from belib_platform.api.instants import AsOfParameter, known_at
from belib_platform.api.pages import FORMS, APage, page_response
from belib_platform.api.places import DISTANCE, AtPlace, OfKind
from belib_platform.api.present import STATE, instants, since
from belib_platform.api.problems import DOCUMENTED
from belib_platform.contracts import clean

router = APIRouter()

Status = Literal["AVAILABLE", "CHARGING", "RESERVED", "OUTOFORDER", "UNKNOWN", "INOPERATIVE", "PLANNED", "REMOVED"]


class ChargePoint(BaseModel):
    """A charge point that was observed in the last two days before as_of."""

    charge_point_id: str = column(clean.ChargePoint, "charge_point_id")
    national_id: str = column(clean.ChargePoint, "national_id")
    station_id: str = column(clean.ChargePoint, "station_id")
    station_name: str | None = column(clean.ChargePoint, "station_name")
    address: str | None = column(clean.ChargePoint, "address")
    arrondissement: int | None = column(clean.ChargePoint, "arrondissement")
    longitude: float | None = column(clean.ChargePoint, "longitude")
    latitude: float | None = column(clean.ChargePoint, "latitude")
    power_kw: float | None = column(clean.ChargePoint, "power_kw")
    has_ef: bool | None = column(clean.ChargePoint, "has_ef")
    has_type_2: bool | None = column(clean.ChargePoint, "has_type_2")
    has_combo_ccs: bool | None = column(clean.ChargePoint, "has_combo_ccs")
    has_chademo: bool | None = column(clean.ChargePoint, "has_chademo")
    has_type_3: bool | None = column(clean.ChargePoint, "has_type_3")
    location_type: str | None = column(clean.ChargePoint, "location_type")
    accessibility: str | None = column(clean.ChargePoint, "accessibility")
    opening_hours: str | None = column(clean.ChargePoint, "opening_hours")
    operator_name: str | None = column(clean.ChargePoint, "operator_name")
    status: str | None = Field(
        description="OCPI status. Null where no observation holds at as_of: then nobody knows. UNKNOWN is what the "
        "operator says when it has no contact."
    )
    distance_m: float | None = Field(None, description="Metres from `near`, if that was given.")
    since_at: datetime | None = Field(
        description="The first poll that saw the status (UTC); it began between the poll before and this one."
    )
    is_since_exact: bool | None = Field(
        description="False where the status may be older, because it holds since before the last seven days."
    )


class ChargePoints(Answer):
    """Charge points by id, or by distance from `near`."""

    items: list[ChargePoint] = Field(description="The charge points of this page.")


POINT_COLUMNS = [name for name in ChargePoint.model_fields if name in clean.ChargePoint.columns()]


def listed(conditions: list[str]) -> str:
    """SQL of the charge points that meet conditions, with their status at `at`; one row more than a page has."""
    columns = ", ".join(f"p.{name}" for name in POINT_COLUMNS)
    return f"""
    WITH {STATE},
    found AS (
        SELECT {columns}, state.status, CASE WHEN %(latitude)s::float8 IS NOT NULL THEN {DISTANCE} END AS distance_m
        FROM state JOIN clean.charge_point AS p USING (charge_point_id)
        WHERE {" AND ".join(["true", *conditions])}
    )
    SELECT * FROM found
    WHERE %(after_id)s::text IS NULL OR (coalesce(distance_m, 0), charge_point_id) > (%(after_m)s::float8, %(after_id)s)
    ORDER BY coalesce(distance_m, 0), charge_point_id
    LIMIT %(limit)s + 1
    """


@router.get(
    "/charge-points",
    summary="Charge points and their status",
    response_model=ChargePoints,
    responses=DOCUMENTED | {200: {"content": FORMS}, 304: {"description": "Not modified since that ETag."}},
)
async def charge_points(
    request: Request,
    place: AtPlace,
    kind: OfKind,
    page: APage,
    as_of: AsOfParameter = None,
    status: Annotated[list[Status] | None, Query(description="One of these statuses; can be repeated.")] = None,
    station: Annotated[str | None, Query(pattern=r"^[\x21-\x7e]{1,64}$", description="Of this station.")] = None,
) -> Response:
    """The charge points observed lately and what each does, now or as it was known at `as_of`."""
    position = page.position(float, str)
    async with transaction(request.app.state.pool) as connection:
        known = await known_at(connection, position.at if position else as_of)
        headers = await headers_of(connection, request, known, request.app.state.settings.cadence_s)
        if unchanged := not_modified(request, headers):
            return unchanged
        conditions = [*place.conditions, *kind.conditions]
        conditions += ["status = ANY(%(statuses)s)"] if status else []
        conditions += ["station_id = %(station)s"] if station else []
        parameters: dict[str, Any] = {
            "latitude": None,
            "longitude": None,
            **place.parameters,
            **kind.parameters,
            **instants(known.at),
            "statuses": status,
            "station": station,
            "limit": page.limit,
            "after_m": position.key[0] if position else None,
            "after_id": position.key[1] if position else None,
        }
        found = await rows(connection, listed(conditions), parameters)
        items, cursor = page.cut(
            found, known.at, lambda item: [float(item["distance_m"] or 0), item["charge_point_id"]]
        )
        began = await since(connection, [item["charge_point_id"] for item in items if item["status"]], known.at)
        for item in items:
            item |= began.get(item["charge_point_id"], {"since_at": None, "is_since_exact": None})
            if not place.has_distance:
                del item["distance_m"]
        simulated = request.app.state.settings.is_simulated
        return page_response(
            page.form, {**envelope(known, is_simulated=simulated), "next_cursor": cursor}, items, headers
        )
