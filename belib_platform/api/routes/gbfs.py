"""`/v1/standards/gbfs/3.0/…`: Vélib' as GBFS. It speaks of now: when a station last reported is known for now alone."""

from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from belib_platform.api.answers import json_response
from belib_platform.api.conditional import until_next_poll_s
from belib_platform.api.networks import BIKE_STATIONS
from belib_platform.api.standards import gbfs
from belib_platform.api.whole_present import WholePresent, all_of, answered, documented, nothing

router = APIRouter(prefix="/standards/gbfs/3.0")

Feed = Literal["gbfs", "system_information", "vehicle_types", "station_information", "station_status"]

FEEDS: tuple[Feed, ...] = get_args(Feed)

STATIONS = all_of(BIKE_STATIONS, BIKE_STATIONS.key, has_since=False)
FIND = {"station_information": STATIONS, "station_status": STATIONS}

Data = dict[str, Any]


def _data(request: Request, feed: Feed, present: WholePresent) -> Data:
    """What a feed says."""
    settings = request.app.state.settings
    match feed:
        case "gbfs":
            return gbfs.discovery({name: str(request.url_for("gbfs_feed", feed=name)) for name in FEEDS})
        case "system_information":
            return gbfs.system_information(settings.contact_email, is_simulated=settings.is_simulated)
        case "vehicle_types":
            return gbfs.vehicle_types()
        case "station_information":
            return gbfs.station_information(present.things)
        case "station_status":
            return gbfs.station_status(present.things, present.newest_at)


@router.get(
    "/{feed}.json",
    summary="GBFS 3.0: Vélib' as a system of docked bikes",
    response_class=Response,
    responses=documented("application/json", "The feed; gbfs names all of them."),
)
async def gbfs_feed(request: Request, feed: Annotated[Feed, Path(description="Name of the feed.")]) -> Response:
    """A feed of GBFS 3.0, as of now. Clients discover all of them by `gbfs.json`."""

    def make(present: WholePresent, headers: dict[str, str]) -> Response:
        ttl_s = until_next_poll_s(present.known, request.app.state.settings.cadence_s)
        told = gbfs.enveloped(_data(request, feed, present), present.newest_at, ttl_s)
        return json_response(told, headers, "application/json")

    return await answered(request, BIKE_STATIONS, None, FIND.get(feed, nothing), make)
