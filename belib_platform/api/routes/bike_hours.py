"""`/v1/bikes/hourly` and `/v1/bikes/daily`: availability of bikes and docks by hour and by date, and the weather."""

from datetime import UTC, date, datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field
from starlette.responses import Response

from belib_platform.api.answers import Answer
from belib_platform.api.chosen import BIKES, StationParameter
from belib_platform.api.mart_rows import (
    DOCUMENTED_ROWS,
    MOST_OF_SOME,
    FormParameter,
    MartTable,
    answered_rows,
    row_model,
)
from belib_platform.api.networks import BIKE_STATIONS
from belib_platform.api.problems import WRONG_PARAMETER, ProblemError
from belib_platform.api.ranges import Beginning, End
from belib_platform.contracts.bikes.mart import INSEE_CODE, BikeAvailabilityHourly, BikeCityDaily

router = APIRouter(prefix="/bikes")

HOURS = MartTable(BikeAvailabilityHourly, "hour_at, station_code", BIKES, BIKE_STATIONS)
DATES = MartTable(BikeCityDaily, "local_date, area", BIKES, BIKE_STATIONS, most_of_all=MOST_OF_SOME)

Hour: Any = row_model(BikeAvailabilityHourly, "BikeHour")
LocalDate: Any = row_model(BikeCityDaily, "BikeDate")


class Hours(Answer):
    """Hours, oldest first."""

    items: list[Hour] = Field(description="The rows.")


class Dates(Answer):
    """Dates, oldest first."""

    items: list[LocalDate] = Field(description="The rows.")


async def insee_code_of(
    commune: Annotated[
        str | None,
        Query(pattern=INSEE_CODE, description="INSEE code of an arrondissement (75101 to 75120) or commune."),
    ] = None,
    arrondissement: Annotated[int | None, Query(ge=1, le=20, description="Arrondissement of Paris.")] = None,
) -> str | None:
    """The code of the area that parameters name. Raises ProblemError if they name two."""
    code = None if arrondissement is None else str(75_100 + arrondissement)
    if code and commune and commune != code:
        raise ProblemError(WRONG_PARAMETER, f"{commune} is not arrondissement {arrondissement}.", "commune")
    return code or commune


InArea = Annotated[str | None, Depends(insee_code_of)]


def _midnight(day: date | None) -> datetime | None:
    """The midnight with which a date is compared: dates are compared with instants as if they were UTC days."""
    return None if day is None else datetime.combine(day, time(), UTC)


@router.get(
    "/hourly",
    summary="Bikes and docks hour by hour",
    response_model=Hours,
    responses=DOCUMENTED_ROWS,
)
async def hourly(
    request: Request,
    area: InArea,
    first: Beginning = None,
    last: End = None,
    station: StationParameter = None,
    form: FormParameter = "json",
) -> Response:
    """Past hours of at most seven days, or of at most 366 days of one station, arrondissement or commune."""
    return await answered_rows(request, form, HOURS, first, last, {"insee_code": area}, station)


@router.get(
    "/daily",
    summary="Bikes and docks by date and area",
    response_model=Dates,
    responses=DOCUMENTED_ROWS,
)
async def daily(
    request: Request,
    area: InArea,
    first: Annotated[
        date | None, Query(alias="from", description="First date in Paris (included). Default: a week before `to`.")
    ] = None,
    last: Annotated[
        date | None, Query(alias="to", description="End in Paris (excluded). Default: the date after the newest.")
    ] = None,
    form: FormParameter = "json",
) -> Response:
    """At most 366 past dates of all arrondissements and communes, or of one."""
    return await answered_rows(request, form, DATES, _midnight(first), _midnight(last), {"area": area})
