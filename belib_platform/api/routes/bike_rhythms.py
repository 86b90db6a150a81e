"""`/v1/bikes/rhythms` and `/v1/bikes/best-times`: how often there was a bike or a free dock, by hour of the week."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from starlette.responses import Response

from belib_platform.api import weekly
from belib_platform.api.answers import column
from belib_platform.api.chosen import ChosenBikeStations
from belib_platform.api.cursors import Position
from belib_platform.api.database import Connection
from belib_platform.api.instants import AsOf
from belib_platform.api.intervals import FreeShare, free_share_of, ratio
from belib_platform.api.networks import BIKE_STATIONS
from belib_platform.api.problems import DOCUMENTED, UNKNOWN, WRONG_PARAMETER, ProblemError
from belib_platform.api.statistics import Found, StatisticsAnswer, answered, dates_of
from belib_platform.contracts.bikes.mart import BikeRhythm
from belib_platform.exports.terms import terms_of
from belib_platform.sources.weather import PROVIDERS

router = APIRouter(prefix="/bikes")


class BikeShare(FreeShare):
    """A share of the time in which stations were open. All but n are null if none was."""

    free_ratio: float | None = Field(
        description="Share of the time in which a station was open, with at least one bike, electric bike or free "
        "dock, as `what` says; of several stations their mean, weighted by that time."
    )


class Hour(BikeShare):
    """One local hour of the week."""

    weekday: int = column(BikeRhythm, "weekday")
    hour: int = column(BikeRhythm, "hour")
    bike_mean: float | None = Field(description="Mean number of bikes at an open station; null if none was open.")
    dock_mean: float | None = Field(description="Mean number of free docks at an open station; null if none was open.")
    station_count: int = Field(description="Number of stations with such an hour.")


class Rhythm(StatisticsAnswer):
    """The 168 hours of the week, Monday 0:00 in Paris first."""

    items: list[Hour] = Field(description="The hours.")


class BestHour(BikeShare):
    """An hour of the weekday, in any weather and in dry and wet hours apart."""

    hour: int = column(BikeRhythm, "hour")
    dry: BikeShare = Field(description="Of hours for which less than 0.1 mm of rain was forecast.")
    wet: BikeShare = Field(description="Of hours for which at least 0.1 mm of rain was forecast.")


class BestTimes(StatisticsAnswer):
    """The hours of a weekday, the one with the greatest share first. They describe the past."""

    items: list[BestHour] = Field(description="The hours.")


What = Literal["bike", "ebike", "dock"]


async def rhythm_of(
    what: Annotated[What, Query(description="What is wanted: any bike, an electric bike, or a free dock.")] = "bike",
) -> weekly.Rhythm:
    """The rhythm of what parameters want."""
    sums = {
        "free_s": f"open_s - no_{what}_s",
        "none_free_s": f"no_{what}_s",
        "open_s": "open_s",
        "bike_s": "bike_mean * open_s",
        "dock_s": "dock_mean * open_s",
    }
    return weekly.Rhythm("mart.bike_rhythm", weight="open_s", weight2="open_s2", sums=sums)


AsWanted = Annotated[weekly.Rhythm, Depends(rhythm_of)]


def _hour(sums: dict[str, Any]) -> dict[str, Any]:
    return {
        "weekday": sums["weekday"],
        "hour": sums["hour"],
        **free_share_of(sums),
        "bike_mean": ratio(sums["bike_s"] or 0, sums["open_s"]),
        "dock_mean": ratio(sums["dock_s"] or 0, sums["open_s"]),
        "station_count": sums["station_count"],
    }


@router.get(
    "/rhythms",
    summary="How often there was a bike or a free dock, by hour of the week",
    response_model=Rhythm,
    responses=DOCUMENTED
    | UNKNOWN
    | {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}, 304: {"description": "Not modified."}},
)
async def rhythms(
    request: Request,
    chosen: ChosenBikeStations,
    rhythm: AsWanted,
    weather: Annotated[
        weekly.Weather, Query(description="Hours of this weather, as forecast when they began.")
    ] = "any",
    form: Annotated[Literal["json", "csv"], Query(alias="format", description="JSON or CSV.")] = "json",
) -> Response:
    """The hours of the week of a station or of the stations of a place, in the newest 91 days of the history."""

    async def find(connection: Connection, _known: AsOf, _position: Position | None) -> Found:
        await chosen.require(connection)
        found = await weekly.sums_of(connection, rhythm, chosen, [weather])
        return Found([_hour(sums) for sums in found], *await dates_of(connection, "bike_rhythm"))

    terms = terms_of(PROVIDERS, BIKE_STATIONS.terms)
    return await answered(request, form, "bike_rhythm", find, terms, BIKE_STATIONS)


@router.get(
    "/best-times",
    summary="The hours of a weekday, ranked by how often there was a bike or a free dock",
    response_model=BestTimes,
    responses=DOCUMENTED | UNKNOWN | {304: {"description": "Not modified."}},
)
async def best_times(
    request: Request,
    chosen: ChosenBikeStations,
    rhythm: AsWanted,
    weekday: Annotated[int, Query(ge=1, le=7, description="Day of the week in Paris; 1 is Monday.")],
) -> Response:
    """The hours of a weekday at a station or a place, which must be given. Hours in which none was open come last."""
    if chosen.are_all:
        raise ProblemError(WRONG_PARAMETER, "Name a place: station, near, bbox, arrondissement or commune.", "station")

    async def find(connection: Connection, _known: AsOf, _position: Position | None) -> Found:
        await chosen.require(connection)
        found = await weekly.sums_of(connection, rhythm, chosen, ["any", "dry", "wet"], weekday)
        ranked = weekly.ranked_hours(rhythm, found, free_share_of)
        return Found(ranked, *await dates_of(connection, "bike_rhythm"))

    terms = terms_of(PROVIDERS, BIKE_STATIONS.terms)
    return await answered(request, "json", "bike_rhythm", find, terms, BIKE_STATIONS)
