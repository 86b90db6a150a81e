"""`/v1/charge-points`: the status of charge points at an instant."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from belib_platform.api.answers import Answer, column
from belib_platform.api.chosen import StationParameter
from belib_platform.api.instants import AsOfParameter
from belib_platform.api.listings import Listing, listed
from belib_platform.api.pages import FORMS, APage
from belib_platform.api.places import AtPlace, OfKind
from belib_platform.api.problems import DOCUMENTED, UNKNOWN
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
    access_condition: str | None = column(clean.ChargePoint, "access_condition")
    is_free_of_charge: bool | None = column(clean.ChargePoint, "is_free_of_charge")
    accepts_single_payment: bool | None = column(clean.ChargePoint, "accepts_single_payment")
    accepts_bank_card: bool | None = column(clean.ChargePoint, "accepts_bank_card")
    accepts_other_payment: bool | None = column(clean.ChargePoint, "accepts_other_payment")
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


COLUMNS = [name for name in ChargePoint.model_fields if name in clean.ChargePoint.columns()]


@router.get(
    "/charge-points",
    summary="Charge points and their status",
    response_model=ChargePoints,
    responses=DOCUMENTED | UNKNOWN | {200: {"content": FORMS}, 304: {"description": "Not modified since that ETag."}},
)
async def charge_points(
    request: Request,
    place: AtPlace,
    kind: OfKind,
    page: APage,
    as_of: AsOfParameter = None,
    status: Annotated[list[Status] | None, Query(description="One of these statuses; can be repeated.")] = None,
    station: StationParameter = None,
) -> Response:
    """The charge points observed lately and what each does, now or as it was known at `as_of`."""
    conditions = ["true", *place.conditions, *kind.conditions]
    conditions += ["status = ANY(%(statuses)s)"] if status else []
    conditions += ["station_id = %(station)s"] if station else []
    found = f"""
        SELECT {", ".join(COLUMNS)}, status FROM state JOIN clean.charge_point USING (charge_point_id)
        WHERE {" AND ".join(conditions)}
    """
    parameters = {**kind.parameters, "statuses": status, "station": station}
    return await listed(
        request, page, place, as_of, Listing("charge_point_id", found, parameters, station, has_since=True)
    )
