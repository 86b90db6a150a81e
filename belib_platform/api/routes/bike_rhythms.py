"""`/v1/bikes/rhythms` and `/v1/bikes/best-times`: how often there was a bike or a free dock, by hour of the week."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from starlette.responses import Response

from belib_platform.api import weekly
from belib_platform.api.answers import column
from belib_platform.api.chosen import ChosenBikeStations
from belib_platform.api.intervals import FreeShare, free_share_of, ratio
from belib_platform.api.networks import BIKE_STATIONS
from belib_platform.api.statistics import StatisticsAnswer
from belib_platform.contracts.bikes.mart import BikeRhythm

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
    """The hours of the week, Monday 0:00 in Paris first. One of which nothing is in the history is not there."""

    items: list[Hour] = Field(description="The hours.")


class BestHour(BikeShare):
    """An hour of the weekday, in any weather and in dry and wet hours apart."""

    hour: int = column(BikeRhythm, "hour")
    dry: BikeShare = Field(description="Of hours for which less than 0.1 mm of rain was forecast.")
    wet: BikeShare = Field(description="Of hours for which at least 0.1 mm of rain was forecast.")


class BestTimes(StatisticsAnswer):
    """The hours of a weekday, the one with the greatest share first. They describe the past."""

    items: list[BestHour] = Field(description="The hours.")


def _means(sums: Mapping[str, Any]) -> dict[str, Any]:
    """Sums of a mean are null where no station was open."""
    return {f"{name}_mean": ratio(sums[f"{name}_s"] or 0, sums["open_s"]) for name in ("bike", "dock")}


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
    return weekly.Rhythm("bike_rhythm", BIKE_STATIONS, "open_s", "open_s2", sums, share=free_share_of, more=_means)


AsWanted = Annotated[weekly.Rhythm, Depends(rhythm_of)]


@router.get(
    "/rhythms",
    summary="How often there was a bike or a free dock, by hour of the week",
    response_model=Rhythm,
    responses=weekly.DOCUMENTED_WEEK,
)
async def rhythms(
    request: Request,
    chosen: ChosenBikeStations,
    rhythm: AsWanted,
    weather: weekly.WeatherParameter = "any",
    form: weekly.FormParameter = "json",
) -> Response:
    """The hours of the week of a station or of the stations of a place, in the newest 91 days of the history."""
    return await weekly.answered_week(request, rhythm, chosen, weather, form)


@router.get(
    "/best-times",
    summary="The hours of a weekday, ranked by how often there was a bike or a free dock",
    response_model=BestTimes,
    responses=weekly.DOCUMENTED_BEST,
)
async def best_times(
    request: Request, chosen: ChosenBikeStations, rhythm: AsWanted, weekday: weekly.WeekdayParameter
) -> Response:
    """The hours of a weekday at a station or a place, which must be given. Hours in which none was open come last."""
    return await weekly.answered_best_times(request, rhythm, chosen, weekday)
