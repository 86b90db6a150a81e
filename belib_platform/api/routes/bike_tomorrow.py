"""`/v1/bike-tomorrow`: how long stations are expected to be empty and full, and how right that was before."""

from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from belib_platform.api.answers import Answer, column, envelope
from belib_platform.api.chosen import ChosenBikeStations
from belib_platform.api.conditional import headers_of, not_modified
from belib_platform.api.database import looked_up, rows, transaction
from belib_platform.api.instants import AsOfParameter, known_at
from belib_platform.api.networks import BIKE_STATIONS
from belib_platform.api.pages import page_response
from belib_platform.api.problems import DOCUMENTED, UNKNOWN
from belib_platform.contracts.bikes.clean import BikeStation
from belib_platform.contracts.bikes.mart import BikeTomorrow, BikeTomorrowSkill
from belib_platform.exports.terms import terms_of
from belib_platform.sources.weather import PROVIDERS

router = APIRouter()

JUDGED_DAYS = 28
"""Newest dates whose forecasts are compared with what came."""

OLDEST_DAYS = 2
"""Days after which the newest forecast is no longer one of tomorrow, nor of today."""


class Forecast(BaseModel):
    """What is expected of a station in a part of the date."""

    station_code: str = column(BikeTomorrow, "station_code")
    station_name: str | None = column(BikeStation, "station_name")
    longitude: float | None = column(BikeStation, "longitude")
    latitude: float | None = column(BikeStation, "latitude")
    part: str = column(BikeTomorrow, "part")
    no_bike_ratio: float | None = column(BikeTomorrow, "no_bike_ratio")
    no_dock_ratio: float | None = column(BikeTomorrow, "no_dock_ratio")
    n: int = column(BikeTomorrow, "date_count")
    observed_ratio: float = column(BikeTomorrow, "observed_ratio")
    temperature_c: float | None = column(BikeTomorrow, "temperature_c")
    precipitation_mmh: float | None = column(BikeTomorrow, "precipitation_mmh")
    is_weather_used: bool = column(BikeTomorrow, "is_weather_used")


class Skill(BaseModel):
    """How wrong forecasts of one part of the day were on the newest dates: mean absolute errors of shares of time."""

    part: str = column(BikeTomorrowSkill, "part")
    lacking: str = column(BikeTomorrowSkill, "lacking")
    n: int = Field(description=f"Number of dates, of the newest {JUDGED_DAYS}.")
    absolute_error: float = Field(description="Of the forecast.")
    climatology_absolute_error: float = Field(description="Of the mean of that weekday.")
    last_week_absolute_error: float = Field(description="Of the share of the week before.")
    over_climatology_dates: int = Field(description="Dates on which it was better than the mean of that weekday.")
    over_last_week_dates: int = Field(description="Dates on which it was better than the share of the week before.")


class Tomorrow(Answer):
    """The newest forecast. Without one, all but `items` and `skill`, which are empty, are null."""

    issued_at: datetime | None = column(BikeTomorrow, "issued_at")
    target_date: date | None = column(BikeTomorrow, "target_date")
    items: list[Forecast] = Field(description="By station, the parts of the date in their order.")
    skill: list[Skill] = Field(description="How right forecasts were before.")


ISSUED = """
SELECT issued_at, target_date FROM mart.bike_tomorrow
WHERE issued_at <= %(at)s AND issued_at > %(oldest)s ORDER BY issued_at DESC LIMIT 1
"""

FORECASTS = """
SELECT station_code, station_name, longitude, latitude, part, no_bike_ratio, no_dock_ratio, date_count AS n,
    observed_ratio, temperature_c, precipitation_mmh, is_weather_used
FROM mart.bike_tomorrow JOIN clean.bike_station USING (station_code)
WHERE issued_at = %(issued_at)s AND {} AND (%(part)s::text IS NULL OR part = %(part)s)
ORDER BY station_code, part
"""

SKILL = """
SELECT part, lacking, count(*)::int AS n, avg(absolute_error) AS absolute_error,
    avg(climatology_absolute_error) AS climatology_absolute_error,
    avg(last_week_absolute_error) AS last_week_absolute_error,
    (count(*) FILTER (WHERE absolute_error < climatology_absolute_error))::int AS over_climatology_dates,
    (count(*) FILTER (WHERE absolute_error < last_week_absolute_error))::int AS over_last_week_dates
FROM mart.bike_tomorrow_skill
WHERE target_date > %(newest)s - %(days)s AND target_date < %(newest)s
GROUP BY part, lacking ORDER BY part, lacking
"""


@router.get(
    "/bike-tomorrow",
    summary="Where bikes and docks will lack tomorrow",
    response_model=Tomorrow,
    responses=DOCUMENTED
    | UNKNOWN
    | {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}, 304: {"description": "Not modified."}},
)
async def bike_tomorrow(
    request: Request,
    chosen: ChosenBikeStations,
    part: Annotated[
        Literal["06-10", "10-16", "16-20", "20-24"] | None, Query(description="Only this part of the date.")
    ] = None,
    asked: AsOfParameter = None,
    form: Annotated[Literal["json", "csv"], Query(alias="format", description="JSON or CSV.")] = "json",
) -> Response:
    """The forecast of the newest evening, which is kept as it was made, for all stations or those of a place."""
    settings = request.app.state.settings
    async with transaction(request.app.state.pool) as connection:
        known = await known_at(connection, asked, BIKE_STATIONS)
        await chosen.require(connection)
        oldest = known.at - timedelta(days=OLDEST_DAYS)
        days = (oldest.date(), known.at.date())
        headers = await headers_of(connection, request, known, settings.cadence_s, days, network=BIKE_STATIONS)
        if unchanged := not_modified(request, headers):
            return unchanged
        issued = await looked_up(connection, ISSUED, {"at": known.at, "oldest": oldest})
        asked_for = {**chosen.parameters, "part": part, **(issued[0] if issued else {"issued_at": None})}
        items = await rows(connection, FORECASTS.format(chosen.condition), asked_for)
        skill = await rows(connection, SKILL, {"newest": known.at.date(), "days": JUDGED_DAYS + 1})
    told = {
        **envelope(known, is_simulated=settings.is_simulated, terms=terms_of(PROVIDERS, BIKE_STATIONS.terms)),
        "next_cursor": None,
        "issued_at": issued[0]["issued_at"] if issued else None,
        "target_date": issued[0]["target_date"] if issued else None,
        "skill": skill,
    }
    return page_response(form, told, items, headers)
