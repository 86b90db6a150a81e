"""`/v1/bike-stations`: bikes and docks of stations at an instant, and the history of a station."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import Field
from starlette.responses import Response

from belib_platform.api.answers import Answer, column, envelope, json_response
from belib_platform.api.bike_places import AtBikePlace
from belib_platform.api.bike_stations import FOUND, OPEN, RENTS, RETURNS, StationState
from belib_platform.api.conditional import REVISED_AT, headers_of, not_modified
from belib_platform.api.database import rows, transaction
from belib_platform.api.histories import Period, answered_history, thing_known
from belib_platform.api.instants import AsOfParameter
from belib_platform.api.listings import Listing, listed
from belib_platform.api.networks import BIKE_STATIONS
from belib_platform.api.pages import FORMS, APage
from belib_platform.api.present import add_since, instants, state_of
from belib_platform.api.problems import DOCUMENTED, UNKNOWN
from belib_platform.api.ranges import Beginning, End
from belib_platform.contracts.bikes.clean import BikeStationStatus
from belib_platform.contracts.vocabulary import BIKE_STATION_CODE

router = APIRouter(prefix="/bike-stations")

Code = Annotated[str, Path(pattern=BIKE_STATION_CODE, max_length=40, description="Station code: stationcode.")]


class Nearby(StationState):
    """A bike station that was observed on the UTC day of as_of or the one before."""

    distance_m: float | None = Field(None, description="Metres from `near`, if that was given.")


class BikeStations(Answer):
    """Bike stations by code, or by distance from `near`."""

    items: list[Nearby] = Field(description="The stations of this page.")


class TheBikeStation(StationState, Answer):
    """One bike station."""


class Run(Period):
    """An uninterrupted period of one state within one UTC day. Nobody knows what was between two that do not touch."""

    mechanical: int = column(BikeStationStatus, "mechanical")
    ebike: int = column(BikeStationStatus, "ebike")
    docks: int = column(BikeStationStatus, "docks")
    unavailable_dock_count: int | None = column(BikeStationStatus, "unavailable_dock_count")
    is_installed: bool = column(BikeStationStatus, "is_installed")
    is_renting: bool = column(BikeStationStatus, "is_renting")
    is_returning: bool = column(BikeStationStatus, "is_returning")
    is_reporting: bool = column(BikeStationStatus, "is_reporting")


class History(Answer):
    """Runs of one bike station, oldest first."""

    items: list[Run] = Field(description="The runs of this page.")


@router.get(
    "",
    summary="Bike stations, their bikes and docks",
    response_model=BikeStations,
    responses=DOCUMENTED | {200: {"content": FORMS}, 304: {"description": "Not modified since that ETag."}},
)
async def bike_stations(
    request: Request,
    place: AtBikePlace,
    page: APage,
    as_of: AsOfParameter = None,
    bikes_min: Annotated[
        int, Query(ge=0, le=1000, description="At least so many bikes, at a station that reports and rents.")
    ] = 0,
    ebikes_min: Annotated[int, Query(ge=0, le=1000, description="The same of electric bikes.")] = 0,
    docks_min: Annotated[
        int, Query(ge=0, le=1000, description="At least so many free docks, at a station that reports and takes bikes.")
    ] = 0,
    is_open: Annotated[bool, Query(alias="open", description="Only stations that are open.")] = False,
) -> Response:
    """The stations observed lately, now or as it was known at `as_of`."""
    asked = {
        f"{RENTS} AND mechanical + ebike >= %(bikes_min)s": bikes_min,
        f"{RENTS} AND ebike >= %(ebikes_min)s": ebikes_min,
        f"{RETURNS} AND docks >= %(docks_min)s": docks_min,
        OPEN: is_open,
    }
    conditions = ["true", *place.conditions, *(condition for condition, value in asked.items() if value)]
    found = f"""
        SELECT {FOUND} FROM state JOIN clean.bike_station USING (station_code) WHERE {" AND ".join(conditions)}
    """
    parameters = {"bikes_min": bikes_min, "ebikes_min": ebikes_min, "docks_min": docks_min}
    listing = Listing("station_code", found, parameters, has_since=True, network=BIKE_STATIONS)
    return await listed(request, page, place, as_of, listing)


@router.get(
    "/{station_code}",
    summary="A bike station",
    response_model=TheBikeStation,
    responses=DOCUMENTED | UNKNOWN | {304: {"description": "Not modified since that ETag."}},
)
async def bike_station(request: Request, station_code: Code, as_of: AsOfParameter = None) -> Response:
    """One station, now or as it was known at `as_of`; unobserved, if it was not observed lately."""
    settings = request.app.state.settings
    async with transaction(request.app.state.pool) as connection:
        known, _ = await thing_known(connection, BIKE_STATIONS, station_code, as_of)
        headers = await headers_of(connection, request, known, settings.cadence_s, network=BIKE_STATIONS)
        if unchanged := not_modified(request, headers):
            return unchanged
        sql = f"""
            WITH {state_of(BIKE_STATIONS)}
            SELECT {FOUND} FROM clean.bike_station LEFT JOIN state USING (station_code)
            WHERE station_code = %(station_code)s
        """
        items = await rows(connection, sql, {**instants(known.at), "station_code": station_code})
        await add_since(connection, BIKE_STATIONS, items, known.at)
    told = {
        **envelope(known, is_simulated=settings.is_simulated, terms=[BIKE_STATIONS.terms]),
        "revised_at": headers.get(REVISED_AT),
        "next_cursor": None,
        **items[0],
    }
    return json_response(told, headers, "application/json")


@router.get(
    "/{station_code}/history",
    summary="What a bike station had",
    response_model=History,
    responses=DOCUMENTED
    | UNKNOWN
    | {200: {"content": {"text/csv": FORMS["text/csv"]}}, 304: {"description": "Not modified since that ETag."}},
)
async def history(
    request: Request,
    station_code: Code,
    page: APage,
    first: Beginning = None,
    last: End = None,
    as_of: AsOfParameter = None,
) -> Response:
    """The runs of a bike station that began in a range of at most 366 days, as known at `as_of`."""
    return await answered_history(request, BIKE_STATIONS, station_code, page, first, last, as_of)
