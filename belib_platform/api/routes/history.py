"""`/v1/charge-points/{id}/history` and `…/stations`: what a charge point did, and where it belonged."""

from datetime import date
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from belib_platform.api.answers import Answer, column, envelope
from belib_platform.api.conditional import headers_of, not_modified
from belib_platform.api.database import rows, transaction
from belib_platform.api.histories import Period, answered_history, thing_known
from belib_platform.api.instants import AsOfParameter
from belib_platform.api.networks import CHARGE_POINTS
from belib_platform.api.pages import FORMS, APage, page_response
from belib_platform.api.problems import DOCUMENTED, documented
from belib_platform.api.ranges import Beginning, End
from belib_platform.contracts import clean

router = APIRouter()

Id = Annotated[str, Path(pattern=r"^[A-Z0-9*]{5,40}$", description="IRVE id_pdc with its asterisks.")]

STATIONS = """
SELECT station_id, min(utc_date) AS first_date, max(utc_date) AS last_date
FROM (
    SELECT utc_date, station_id,
        row_number() OVER (ORDER BY utc_date) - row_number() OVER (PARTITION BY station_id ORDER BY utc_date) AS stretch
    FROM clean.charge_point_day
    WHERE charge_point_id = %(id)s AND station_id IS NOT NULL AND utc_date <= %(today)s
) AS days
GROUP BY station_id, stretch
ORDER BY first_date
"""


class Run(Period):
    """An uninterrupted period of one status within one UTC day. Nobody knows what was between two that do not touch."""

    status: str = column(clean.ChargePointStatus, "status")


class History(Answer):
    """Runs of one charge point, oldest first."""

    items: list[Run] = Field(description="The runs of this page.")


class Belonging(BaseModel):
    """UTC days on which the static set said that the charge point belongs to a station."""

    station_id: str = column(clean.ChargePointDay, "station_id")
    first_date: date = Field(description="First of these UTC days.")
    last_date: date = Field(description="Last of them.")


class Belongings(Answer):
    """The stations that a charge point belonged to, oldest first."""

    items: list[Belonging] = Field(description="The stations.")


@router.get(
    "/charge-points/{charge_point_id}/history",
    summary="What a charge point did",
    response_model=History,
    responses=DOCUMENTED
    | documented(HTTPStatus.NOT_FOUND)
    | {200: {"content": {"text/csv": FORMS["text/csv"]}}, 304: {"description": "Not modified since that ETag."}},
)
async def history(
    request: Request,
    charge_point_id: Id,
    page: APage,
    first: Beginning = None,
    last: End = None,
    as_of: AsOfParameter = None,
) -> Response:
    """The runs of a charge point that began in a range of at most 366 days, as known at `as_of`."""
    return await answered_history(request, CHARGE_POINTS, charge_point_id, page, first, last, as_of)


@router.get(
    "/charge-points/{charge_point_id}/stations",
    summary="The stations that a charge point belonged to",
    response_model=Belongings,
    responses=DOCUMENTED | documented(HTTPStatus.NOT_FOUND) | {304: {"description": "Not modified since that ETag."}},
)
async def stations(request: Request, charge_point_id: Id, as_of: AsOfParameter = None) -> Response:
    """The stations that the static sets of the days until `as_of` name for a charge point."""
    settings = request.app.state.settings
    async with transaction(request.app.state.pool) as connection:
        known, first_day = await thing_known(connection, CHARGE_POINTS, charge_point_id, as_of)
        headers = await headers_of(connection, request, known, settings.cadence_s, (first_day, known.at.date()))
        if unchanged := not_modified(request, headers):
            return unchanged
        items = await rows(connection, STATIONS, {"id": charge_point_id, "today": known.at.date()})
    told = {**envelope(known, is_simulated=settings.is_simulated), "next_cursor": None}
    return page_response("json", told, items, headers)
