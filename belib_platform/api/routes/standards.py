"""`/v1/standards/…`: the status of all charge points as other systems read it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from starlette.responses import Response

from belib_platform.api.answers import json_response, written
from belib_platform.api.conditional import headers_of, not_modified
from belib_platform.api.database import rows, transaction
from belib_platform.api.instants import AsOf, AsOfParameter, known_at
from belib_platform.api.present import STATE, instants, since
from belib_platform.api.problems import DOCUMENTED
from belib_platform.api.standards.datex import status_publication
from belib_platform.api.standards.irve import irve_csv
from belib_platform.api.standards.ocpi import locations
from belib_platform.api.standards.ocpi_pages import HEADERS, AnOcpiPage

router = APIRouter(prefix="/standards")

POINTS = f"""
WITH {STATE}
SELECT p.*, state.status
FROM state JOIN clean.charge_point AS p USING (charge_point_id)
ORDER BY p.station_id, p.charge_point_id
"""

CSV = "text/csv; charset=utf-8"


class _Present(NamedTuple):
    """All charge points, sorted by station, with `status` and `since_at`, and what was known then."""

    known: AsOf
    points: list[dict[str, Any]]


async def _answer(
    request: Request, as_of: datetime | None, make: Callable[[_Present, dict[str, str]], Response]
) -> Response:
    """What `make` makes of the present and of the headers, or 304."""
    async with transaction(request.app.state.pool) as connection:
        known = await known_at(connection, as_of)
        headers = await headers_of(connection, request, known, request.app.state.settings.cadence_s)
        if unchanged := not_modified(request, headers):
            return unchanged
        points = await rows(connection, POINTS, instants(known.at))
        began = await since(connection, [point["charge_point_id"] for point in points if point["status"]], known.at)
    for point in points:
        point["since_at"] = began.get(point["charge_point_id"], {}).get("since_at")
    return make(_Present(known, points), headers)


def _documented(media_type: str, headers: dict[str, Any] | None = None) -> dict[int | str, dict[str, Any]]:
    kind = {"type": "string"} if media_type == "text/csv" else {"type": "object"}
    return DOCUMENTED | {
        200: {
            "description": "The status of all charge points.",
            "content": {media_type: {"schema": kind}},
            "headers": headers or {},
        },
        304: {"description": "Not modified since that ETag."},
    }


@router.get(
    "/irve-dynamique.csv",
    summary="IRVE dynamique 2.3",
    response_class=Response,
    responses=_documented("text/csv"),
)
async def irve(request: Request, as_of: AsOfParameter = None) -> Response:
    """The French schema of charge points' status (etalab schema-irve, schema-dynamique.json)."""

    def make(present: _Present, headers: dict[str, str]) -> Response:
        return Response(irve_csv(present.points, present.known.newest_at), headers=headers, media_type=CSV)

    return await _answer(request, as_of, make)


@router.get(
    "/ocpi/2.3.0/locations",
    summary="OCPI 2.3.0 locations",
    response_class=Response,
    responses=_documented("application/json", HEADERS),
)
async def ocpi(request: Request, page: AnOcpiPage, as_of: AsOfParameter = None) -> Response:
    """Locations with EVSEs and connectors, by id, in OCPI's envelope and pages."""

    def make(present: _Present, headers: dict[str, str]) -> Response:
        found, of_page = page.cut(locations(present.points, present.known.newest_at), present.known.at)
        told = {"data": found, "status_code": 1000, "status_message": "Success", "timestamp": written(present.known.at)}
        return json_response(told, headers | of_page, "application/json")

    return await _answer(request, as_of, make)


@router.get(
    "/datex2-afir/status",
    summary="DATEX II AFIR status publication",
    response_class=Response,
    responses=_documented("application/json"),
)
async def datex(request: Request, as_of: AsOfParameter = None) -> Response:
    """The status publication of the AFIR Energy Infrastructure profile 01-00-00."""

    def make(present: _Present, headers: dict[str, str]) -> Response:
        known, is_simulated = present.known, request.app.state.settings.is_simulated
        message = status_publication(present.points, known.at, known.newest_at, is_simulated=is_simulated)
        return json_response(message, headers, "application/json")

    return await _answer(request, as_of, make)
