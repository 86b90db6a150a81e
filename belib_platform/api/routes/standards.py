"""`/v1/standards/…`: the status of all charge points as other systems read it."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from belib_platform.api.answers import json_response
from belib_platform.api.instants import AsOfParameter
from belib_platform.api.networks import CHARGE_POINTS
from belib_platform.api.standards.datex import status_publication
from belib_platform.api.standards.irve import irve_csv
from belib_platform.api.standards.ocpi import locations
from belib_platform.api.standards.ocpi_pages import HEADERS, AnOcpiPage
from belib_platform.api.whole_present import Make, WholePresent, all_of, answered, documented
from belib_platform.contracts.json_values import written

router = APIRouter(prefix="/standards")

CSV = "text/csv; charset=utf-8"


FIND = all_of(CHARGE_POINTS, "station_id, charge_point_id", has_since=True)


async def _answer(request: Request, as_of: AsOfParameter, make: Make) -> Response:
    return await answered(request, CHARGE_POINTS, as_of, FIND, make)


def _documented(media_type: str, headers: dict[str, Any] | None = None) -> dict[int | str, dict[str, Any]]:
    return documented(media_type, "The status of all charge points.", headers)


@router.get(
    "/irve-dynamique.csv",
    summary="IRVE dynamique 2.3",
    response_class=Response,
    responses=_documented("text/csv"),
)
async def irve(request: Request, as_of: AsOfParameter = None) -> Response:
    """The French schema of charge points' status (etalab schema-irve, schema-dynamique.json)."""

    def make(present: WholePresent, headers: dict[str, str]) -> Response:
        return Response(irve_csv(present.things, present.newest_at), headers=headers, media_type=CSV)

    return await _answer(request, as_of, make)


@router.get(
    "/ocpi/2.3.0/locations",
    summary="OCPI 2.3.0 locations",
    response_class=Response,
    responses=_documented("application/json", HEADERS),
)
async def ocpi(request: Request, page: AnOcpiPage, as_of: AsOfParameter = None) -> Response:
    """Locations with EVSEs and connectors, by id, in OCPI's envelope and pages."""

    def make(present: WholePresent, headers: dict[str, str]) -> Response:
        found, of_page = page.cut(locations(present.things, present.newest_at), present.known.at)
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

    def make(present: WholePresent, headers: dict[str, str]) -> Response:
        at, is_simulated = present.known.at, request.app.state.settings.is_simulated
        message = status_publication(present.things, at, present.newest_at, is_simulated=is_simulated)
        return json_response(message, headers, "application/json")

    return await _answer(request, as_of, make)
