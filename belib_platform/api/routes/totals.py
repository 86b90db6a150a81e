"""`/v1/totals`: how many charge points are in each state at an instant."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from belib_platform.api.answers import Answer, envelope, json_response
from belib_platform.api.conditional import REVISED_AT, headers_of, not_modified
from belib_platform.api.database import Connection, rows, transaction
from belib_platform.api.instants import AsOfParameter, known_at
from belib_platform.api.networks import CHARGE_POINTS
from belib_platform.api.places import AtPlace, Kind, OfKind, Place
from belib_platform.api.present import instants, state_of
from belib_platform.api.problems import DOCUMENTED
from belib_platform.api.routes.stations import COUNTS, Counts

router = APIRouter()


class Totals(Counts, Answer):
    """Charge points by state."""

    station_count: int = Field(description="Number of stations with such a charge point.")


async def totals_at(connection: Connection, at: datetime, place: Place, kind: Kind) -> dict[str, Any]:
    """The counts of the charge points observed lately, at an instant."""
    conditions = " AND ".join(["true", *place.conditions, *kind.conditions])
    sql = f"""
        WITH {state_of(CHARGE_POINTS)}
        SELECT count(DISTINCT station_id) AS station_count, {COUNTS}
        FROM state JOIN clean.charge_point USING (charge_point_id) WHERE {conditions}
    """
    [found] = await rows(connection, sql, {**instants(at), **place.parameters, **kind.parameters})
    return found


@router.get(
    "/totals",
    summary="How many charge points are free",
    response_model=Totals,
    responses=DOCUMENTED | {304: {"description": "Not modified since that ETag."}},
)
async def totals(request: Request, place: AtPlace, kind: OfKind, as_of: AsOfParameter = None) -> Response:
    """Charge points by state in Paris or at a place, now or as it was known at `as_of`."""
    settings = request.app.state.settings
    async with transaction(request.app.state.pool) as connection:
        known = await known_at(connection, as_of)
        headers = await headers_of(connection, request, known, settings.cadence_s)
        if unchanged := not_modified(request, headers):
            return unchanged
        found = await totals_at(connection, known.at, place, kind)
    told = {
        **envelope(known, is_simulated=settings.is_simulated),
        "revised_at": headers.get(REVISED_AT),
        "next_cursor": None,
        **found,
    }
    return json_response(told, headers, "application/json")
