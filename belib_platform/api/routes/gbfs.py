"""`/v1/standards/gbfs/3.0/…`: Vélib' as GBFS. It speaks of now: when a station last reported is known for now alone."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from belib_platform.api.answers import json_response
from belib_platform.api.conditional import until_next_poll_s
from belib_platform.api.networks import BIKE_STATIONS
from belib_platform.api.standards import gbfs
from belib_platform.api.whole_present import WholePresent, answered, documented

router = APIRouter(prefix="/standards/gbfs/3.0")

FEEDS = ("system_information", "vehicle_types", "station_information", "station_status")


async def _answer(request: Request, data: Callable[[list[dict[str, Any]]], dict[str, Any]]) -> Response:
    """The feed with what `data` makes of the bike stations, or 304."""

    def make(present: WholePresent, headers: dict[str, str]) -> Response:
        ttl_s = until_next_poll_s(present.known, request.app.state.settings.cadence_s)
        told = gbfs.feed(data(present.things), present.newest_at, ttl_s)
        return json_response(told, headers, "application/json")

    return await answered(request, BIKE_STATIONS, BIKE_STATIONS.key, None, make)


def _documented(description: str) -> dict[int | str, dict[str, Any]]:
    return documented("application/json", description)


@router.get(
    "/gbfs.json",
    summary="GBFS 3.0: the feeds",
    response_class=Response,
    responses=_documented("Name and URL of every feed."),
)
async def discovery(request: Request) -> Response:
    """The feeds of the system, for clients that discover them here."""
    feeds = [{"name": name, "url": str(request.url_for(name))} for name in FEEDS]
    return await _answer(request, lambda _: {"feeds": feeds})


@router.get(
    "/system_information.json",
    summary="GBFS 3.0: the system",
    response_class=Response,
    responses=_documented("Operator, opening hours, licence."),
)
async def system_information(request: Request) -> Response:
    """Whose system it is, and under which terms its data is."""
    settings = request.app.state.settings
    told = gbfs.system_information(settings.contact_email, is_simulated=settings.is_simulated)
    return await _answer(request, lambda _: told)


@router.get(
    "/vehicle_types.json",
    summary="GBFS 3.0: the kinds of bikes",
    response_class=Response,
    responses=_documented("Mechanical and electric bikes."),
)
async def vehicle_types(request: Request) -> Response:
    """Mechanical bikes, and electric ones with their range as the operator announced it."""
    return await _answer(request, lambda _: gbfs.vehicle_types())


@router.get(
    "/station_information.json",
    summary="GBFS 3.0: where the stations are",
    response_class=Response,
    responses=_documented("The stations that were observed lately and have a place."),
)
async def station_information(request: Request) -> Response:
    """Names, places and capacities of the stations."""
    return await _answer(request, gbfs.station_information)


@router.get(
    "/station_status.json",
    summary="GBFS 3.0: bikes and docks",
    response_class=Response,
    responses=_documented("The stations of which an observation holds."),
)
async def station_status(request: Request) -> Response:
    """Bikes and docks of the stations now."""
    return await _answer(request, gbfs.station_status)
