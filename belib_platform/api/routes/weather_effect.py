"""`/v1/weather-effect`: how occupancy differs in some weather from that of other dates at the same hour."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from belib_platform.api.answers import column
from belib_platform.api.cursors import Position
from belib_platform.api.database import Connection, rows
from belib_platform.api.instants import AsOf
from belib_platform.api.problems import DOCUMENTED
from belib_platform.api.statistics import Found, StatisticsAnswer, answered, dates_of
from belib_platform.contracts.mart import ALL_AREAS, WeatherEffect
from belib_platform.exports.terms import terms_of
from belib_platform.sources.weather import PROVIDERS

router = APIRouter()


class Effect(BaseModel):
    """A bin of temperature or precipitation, and how occupancy differs in its hours."""

    area: str = column(WeatherEffect, "area")
    variable: str = column(WeatherEffect, "variable")
    lower: float | None = column(WeatherEffect, "lower")
    upper: float | None = column(WeatherEffect, "upper")
    n: int = column(WeatherEffect, "date_count")
    hour_count: int = column(WeatherEffect, "hour_count")
    occupancy_difference: float = column(WeatherEffect, "occupancy_difference")
    difference_low: float | None = column(WeatherEffect, "difference_low")
    difference_high: float | None = column(WeatherEffect, "difference_high")
    is_effect_seen: bool | None = Field(
        description="Whether the interval excludes 0. False is no proof that there is no effect; null where n is too "
        "small for an interval."
    )


class Effects(StatisticsAnswer):
    """By variable, the lowest bin first. A bin without hours is not there."""

    items: list[Effect] = Field(description="The bins.")


EFFECTS = """
SELECT area, variable, lower, upper, date_count AS n, hour_count, occupancy_difference, difference_low,
    difference_high, NOT (0 BETWEEN difference_low AND difference_high) AS is_effect_seen
FROM mart.weather_effect WHERE area = %(area)s
ORDER BY variable, bin
"""


@router.get(
    "/weather-effect",
    summary="What the weather does to occupancy",
    response_model=Effects,
    responses=DOCUMENTED
    | {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}, 304: {"description": "Not modified."}},
)
async def weather_effect(
    request: Request,
    arrondissement: Annotated[int | None, Query(ge=1, le=20, description="Of this arrondissement of Paris.")] = None,
    form: Annotated[Literal["json", "csv"], Query(alias="format", description="JSON or CSV.")] = "json",
) -> Response:
    """Differences from the mean of other dates at the same local hour of the week, with 95 % intervals by date."""

    async def find(connection: Connection, _known: AsOf, _position: Position | None) -> Found:
        area = ALL_AREAS if arrondissement is None else str(arrondissement)
        items = await rows(connection, EFFECTS, {"area": area})
        return Found(items, *await dates_of(connection, "weather_effect"))

    return await answered(request, form, "weather_effect", find, terms_of(PROVIDERS))
