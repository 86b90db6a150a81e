"""`/v1/rhythms` and `/v1/best-times`: how often a charge point was free, by hour of the week."""

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from belib_platform.api import weekly
from belib_platform.api.answers import column
from belib_platform.api.chosen import ChosenStations
from belib_platform.api.cursors import Position
from belib_platform.api.database import Connection, rows
from belib_platform.api.instants import AsOf
from belib_platform.api.intervals import Share, ratio, share_of
from belib_platform.api.networks import CHARGE_POINTS
from belib_platform.api.problems import DOCUMENTED
from belib_platform.api.statistics import Found, StatisticsAnswer, answered, dates_of
from belib_platform.contracts.mart import StationRhythm

router = APIRouter()


class Hour(Share):
    """One local hour of the week."""

    weekday: int = column(StationRhythm, "weekday")
    hour: int = column(StationRhythm, "hour")
    occupancy_ratio: float | None = Field(
        description="Point-seconds CHARGING ÷ (AVAILABLE + CHARGING); null if both are 0."
    )
    station_count: int = Field(description="Number of stations with such an hour.")


class Rhythm(StatisticsAnswer):
    """The hours of the week, Monday 0:00 in Paris first. One of which nothing is in the history is not there."""

    items: list[Hour] = Field(description="The hours.")


class HourOfDay(BaseModel):
    """One local hour of the day, of all days of the week, in an arrondissement."""

    arrondissement: int = Field(description="Arrondissement of Paris.")
    hour: int = column(StationRhythm, "hour")
    n: int = Field(description="Number of dates with time in which every state of a station was known.")
    occupancy_ratio: float | None = Field(
        description="Point-seconds CHARGING ÷ (AVAILABLE + CHARGING); null if both are 0."
    )
    observed_ratio: float | None = Field(description="Observed share of all point-seconds of these hours.")
    station_count: int = Field(description="Number of stations with such an hour.")


class HoursOfDay(StatisticsAnswer):
    """24 hours of each arrondissement that has stations, by arrondissement and hour."""

    items: list[HourOfDay] = Field(description="The hours.")


class BestHour(Share):
    """An hour of the weekday, in any weather and in dry and wet hours apart."""

    hour: int = column(StationRhythm, "hour")
    dry: Share = Field(description="Of hours for which less than 0.1 mm of rain was forecast.")
    wet: Share = Field(description="Of hours for which at least 0.1 mm of rain was forecast.")


class BestTimes(StatisticsAnswer):
    """The hours of a weekday, the one with the greatest share of free time first. They describe the past."""

    items: list[BestHour] = Field(description="The hours.")


RHYTHM = weekly.Rhythm(
    table="station_rhythm",
    network=CHARGE_POINTS,
    weight="free_s + none_free_s",
    weight2="determined_s2",
    sums={name: name for name in ("free_s", "none_free_s", "undetermined_s", "available_s", "charging_s")},
    share=share_of,
    more=lambda sums: {"occupancy_ratio": ratio(sums["charging_s"], sums["available_s"] + sums["charging_s"])},
)

HOURS_OF_DAY = """
SELECT arrondissement, hour, max(n)::int AS n, count(*)::int AS station_count,
    sum(charging_s)::float8 / nullif(sum(available_s + charging_s), 0) AS occupancy_ratio,
    sum(observed_s)::float8 / nullif(sum(point_s), 0) AS observed_ratio
FROM (
    SELECT station_id, arrondissement, hour, sum(date_count) AS n, sum(charging_s) AS charging_s,
        sum(available_s) AS available_s, sum(observed_s) AS observed_s, sum(point_s) AS point_s
    FROM mart.station_rhythm WHERE arrondissement IS NOT NULL
    GROUP BY station_id, arrondissement, hour
) AS of_station
GROUP BY arrondissement, hour
ORDER BY arrondissement, hour
"""


@router.get(
    "/rhythms",
    summary="How often a charge point was free, by hour of the week",
    response_model=Rhythm,
    responses=weekly.DOCUMENTED_WEEK,
)
async def rhythms(
    request: Request,
    chosen: ChosenStations,
    weather: weekly.WeatherParameter = "any",
    form: weekly.FormParameter = "json",
) -> Response:
    """The hours of the week of a station or of the stations of a place, in the newest 91 days of the history."""
    return await weekly.answered_week(request, RHYTHM, chosen, weather, form)


@router.get(
    "/rhythms/arrondissements",
    summary="How many charge points were in use, by arrondissement and hour of the day",
    response_model=HoursOfDay,
    responses=DOCUMENTED
    | {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}, 304: {"description": "Not modified."}},
)
async def arrondissements(
    request: Request,
    form: weekly.FormParameter = "json",
) -> Response:
    """The hours of the day of each arrondissement, in the newest 91 days of the history."""

    async def find(connection: Connection, _known: AsOf, _position: Position | None) -> Found:
        found = await rows(connection, HOURS_OF_DAY, {})
        return Found(found, *await dates_of(connection, "station_rhythm"))

    return await answered(request, form, "station_rhythm", find)


@router.get(
    "/best-times",
    summary="The hours of a weekday, ranked by how often a charge point was free",
    response_model=BestTimes,
    responses=weekly.DOCUMENTED_BEST,
)
async def best_times(request: Request, chosen: ChosenStations, weekday: weekly.WeekdayParameter) -> Response:
    """The hours of a weekday at a station or a place, which must be given. Hours that nobody observed come last."""
    return await weekly.answered_best_times(request, RHYTHM, chosen, weekday)
