"""`/v1/occupancy`: how many charge points were in use, hour by hour, and the weather."""

from datetime import datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from belib_platform.api.answers import Answer, column, envelope
from belib_platform.api.chosen import ChosenStations
from belib_platform.api.conditional import headers_of, not_modified
from belib_platform.api.database import rows, transaction
from belib_platform.api.instants import known_at
from belib_platform.api.pages import page_response
from belib_platform.api.problems import DOCUMENTED, UNKNOWN
from belib_platform.contracts.mart import SECONDS, StationAvailabilityHourly
from belib_platform.exports.terms import terms_of
from belib_platform.sources.weather import PROVIDERS

router = APIRouter()

MOST_DAYS = 28


class HourOfAll(BaseModel):
    """An hour of all the stations together."""

    hour_at: datetime = column(StationAvailabilityHourly, "hour_at")
    n: int = Field(description="Number of charge points.")
    occupancy_ratio: float | None = Field(
        description="Point-seconds CHARGING ÷ (AVAILABLE + CHARGING); null if both are 0."
    )
    observed_ratio: float = Field(description="Observed share of all point-seconds of the hour.")
    temperature_c: float | None = column(StationAvailabilityHourly, "temperature_c")
    precipitation_mmh: float | None = column(StationAvailabilityHourly, "precipitation_mmh")


class Occupancy(Answer):
    """Hours, oldest first. An hour of a UTC day without polls is not there."""

    items: list[HourOfAll] = Field(description="The hours.")


HOURS = f"""
SELECT hour_at, sum(point_count)::int AS n,
    sum(charging_s)::float8 / nullif(sum(available_s + charging_s), 0) AS occupancy_ratio,
    sum({" + ".join(SECONDS[:-1])})::float8 / (sum(point_count) * 3600) AS observed_ratio,
    max(temperature_c) AS temperature_c, max(precipitation_mmh) AS precipitation_mmh
FROM mart.station_availability_hourly
WHERE hour_at >= %(begin)s AND hour_at < %(end)s AND {{condition}}
GROUP BY hour_at
ORDER BY hour_at
"""
"""All stations of an hour have the same weather."""


@router.get(
    "/occupancy",
    summary="How many charge points were in use, hour by hour",
    response_model=Occupancy,
    responses=DOCUMENTED
    | UNKNOWN
    | {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}, 304: {"description": "Not modified."}},
)
async def occupancy(
    request: Request,
    chosen: ChosenStations,
    days: Annotated[int, Query(ge=1, le=MOST_DAYS, description="The last so many times 24 hours.")] = 14,
    form: Annotated[Literal["json", "csv"], Query(alias="format", description="JSON or CSV.")] = "json",
) -> Response:
    """The last hours of Paris, of a place or of a station, with the weather as forecast when each hour began."""
    settings = request.app.state.settings
    async with transaction(request.app.state.pool) as connection:
        await chosen.require(connection)
        known = await known_at(connection, None)
        begin = known.at.replace(minute=0, second=0, microsecond=0) - timedelta(days=days)
        headers = await headers_of(connection, request, known, settings.cadence_s, (begin.date(), known.at.date()))
        if unchanged := not_modified(request, headers):
            return unchanged
        asked = {**chosen.parameters, "begin": begin, "end": known.at}
        items = await rows(connection, HOURS.format(condition=chosen.condition), asked)
    told = {**envelope(known, is_simulated=settings.is_simulated, terms=terms_of(PROVIDERS)), "next_cursor": None}
    return page_response(form, told, items, headers)
