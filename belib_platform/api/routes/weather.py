"""`/v1/weather`: the forecast for the coming hours, as it was known."""

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from belib_platform.api.answers import Answer, column, envelope
from belib_platform.api.conditional import headers_of, not_modified
from belib_platform.api.database import rows, transaction
from belib_platform.api.instants import AsOfParameter, known_at
from belib_platform.api.pages import page_response
from belib_platform.api.problems import DOCUMENTED
from belib_platform.contracts import clean
from belib_platform.exports.terms import terms_of
from belib_platform.warehouse.hourly_mart import KNOWN_DAYS

router = APIRouter()


class Step(BaseModel):
    """The forecast for an interval that became available last."""

    valid_at: datetime = column(clean.WeatherForecast, "valid_at")
    interval_s: int = column(clean.WeatherForecast, "interval_s")
    provider: str = column(clean.WeatherForecast, "provider")
    available_at: datetime = column(clean.WeatherForecast, "available_at")
    temperature_c: float | None = column(clean.WeatherForecast, "temperature_c")
    precipitation_mm: float | None = column(clean.WeatherForecast, "precipitation_mm")
    relative_humidity_ratio: float | None = column(clean.WeatherForecast, "relative_humidity_ratio")
    wind_speed_kmh: float | None = column(clean.WeatherForecast, "wind_speed_kmh")
    wind_gust_kmh: float | None = column(clean.WeatherForecast, "wind_gust_kmh")
    cloud_cover_ratio: float | None = column(clean.WeatherForecast, "cloud_cover_ratio")


class Weather(Answer):
    """Steps of the forecast, the next one first."""

    items: list[Step] = Field(description="The steps.")


STEPS = f"""
SELECT DISTINCT ON (valid_at) {", ".join(Step.model_fields)}
FROM clean.weather_forecast
WHERE location = %(location)s AND fetched_at >= %(recent)s AND fetched_at <= %(at)s AND available_at <= %(at)s
    AND valid_at > %(at)s AND valid_at <= %(until)s
ORDER BY valid_at, available_at DESC, provider
"""


@router.get(
    "/weather",
    summary="The forecast as it was known",
    response_model=Weather,
    responses=DOCUMENTED | {304: {"description": "Not modified since that ETag."}},
)
async def weather(
    request: Request,
    as_of: AsOfParameter = None,
    hours: Annotated[int, Query(ge=1, le=192, description="Hours after as_of.")] = 24,
) -> Response:
    """For each interval that ends in the coming hours the newest forecast that was available at `as_of`."""
    settings = request.app.state.settings
    async with transaction(request.app.state.pool) as connection:
        known = await known_at(connection, as_of)
        recent, until = known.at - timedelta(days=KNOWN_DAYS), known.at + timedelta(hours=hours)
        headers = await headers_of(connection, request, known, settings.cadence_s)
        if unchanged := not_modified(request, headers):
            return unchanged
        asked = {"location": settings.weather_location, "at": known.at, "recent": recent, "until": until}
        items = await rows(connection, STEPS, asked)
    terms = terms_of({item["provider"] for item in items})
    told = {**envelope(known, is_simulated=settings.is_simulated, terms=terms), "next_cursor": None}
    return page_response("json", told, items, headers)
