"""`/v1/availability/hourly`: how long charge points of a station were in each state, hour by hour, and the weather."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from belib_platform.api.answers import Answer
from belib_platform.api.chosen import CHARGING, StationParameter
from belib_platform.api.mart_rows import DOCUMENTED_ROWS, FormParameter, MartTable, answered_rows, row_model
from belib_platform.api.networks import CHARGE_POINTS
from belib_platform.api.ranges import Beginning, End
from belib_platform.contracts.mart import StationAvailabilityHourly

router = APIRouter()

HOURS = MartTable(StationAvailabilityHourly, "hour_at, station_id, power_kw", CHARGING, CHARGE_POINTS)

Hour: Any = row_model(StationAvailabilityHourly, "Hour")


class Hours(Answer):
    """Hours, oldest first."""

    items: list[Hour] = Field(description="The rows.")


@router.get(
    "/availability/hourly",
    summary="Availability hour by hour",
    response_model=Hours,
    responses=DOCUMENTED_ROWS,
)
async def hourly(
    request: Request,
    first: Beginning = None,
    last: End = None,
    station: StationParameter = None,
    arrondissement: Annotated[int | None, Query(ge=1, le=20, description="Of this arrondissement of Paris.")] = None,
    form: FormParameter = "json",
) -> Response:
    """Past hours of at most seven days, or of at most 366 days of one station or arrondissement."""
    return await answered_rows(request, form, HOURS, first, last, {"arrondissement": arrondissement}, station)
