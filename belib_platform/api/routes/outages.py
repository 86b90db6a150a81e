"""`/v1/outages`: uninterrupted periods in which a charge point was out of order."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from belib_platform.api.answers import column
from belib_platform.api.chosen import ChosenStations
from belib_platform.api.cursors import Position, instant_of
from belib_platform.api.database import Connection, rows
from belib_platform.api.instants import AsOf, Instant
from belib_platform.api.pages import FORMS, APage
from belib_platform.api.problems import DOCUMENTED, UNKNOWN, WRONG_PARAMETER, ProblemError
from belib_platform.api.statistics import Found, StatisticsAnswer, answered_page, dates_of
from belib_platform.contracts import clean
from belib_platform.contracts.mart import Outage

router = APIRouter()

DAYS = 91
"""Newest UTC days that outages are of."""


class AnOutage(BaseModel):
    """A period OUTOFORDER, with bounds for when it began and ended."""

    charge_point_id: str = column(Outage, "charge_point_id")
    station_id: str | None = column(Outage, "station_id")
    station_name: str | None = column(clean.Station, "station_name")
    arrondissement: int | None = column(Outage, "arrondissement")
    longitude: float | None = column(clean.Station, "longitude")
    latitude: float | None = column(clean.Station, "latitude")
    first_seen_at: datetime = column(Outage, "first_seen_at")
    last_seen_at: datetime = column(Outage, "last_seen_at")
    began_after_at: datetime | None = column(Outage, "began_after_at")
    ended_by_at: datetime | None = column(Outage, "ended_by_at")
    is_left_censored: bool = column(Outage, "is_left_censored")
    is_right_censored: bool = column(Outage, "is_right_censored")
    is_going_on: bool = column(Outage, "is_going_on")
    status_before: str | None = column(Outage, "status_before")
    status_after: str | None = column(Outage, "status_after")
    min_duration_s: int = column(Outage, "min_duration_s")
    max_duration_s: int | None = column(Outage, "max_duration_s")
    observed_s: int = column(Outage, "observed_s")


class Outages(StatisticsAnswer):
    """The longest first, by observed time."""

    items: list[AnOutage] = Field(description="The outages of this page.")


OF_STATION = {"station_name", "longitude", "latitude"}
COLUMNS = ", ".join(f"{'s' if name in OF_STATION else 'o'}.{name}" for name in AnOutage.model_fields)

LONGEST = """
SELECT {columns}
FROM mart.outage AS o LEFT JOIN clean.station AS s USING (station_id)
WHERE {condition} AND o.observed_s >= %(least_s)s
    AND (%(begin)s::timestamptz IS NULL OR o.last_seen_at >= %(begin)s)
    AND (%(end)s::timestamptz IS NULL OR o.first_seen_at < %(end)s)
    AND (%(charge_point)s::text IS NULL OR o.charge_point_id = %(charge_point)s)
    AND (NOT %(going_on)s OR o.is_going_on)
    AND (%(after_point)s::text IS NULL OR (-o.observed_s, o.charge_point_id, o.first_seen_at)
        > (%(after_s)s::float8, %(after_point)s, %(after_at)s::timestamptz))
ORDER BY -o.observed_s, o.charge_point_id, o.first_seen_at
LIMIT %(limit)s + 1
"""


@router.get(
    "/outages",
    summary="What was out of order, and how long",
    response_model=Outages,
    responses=DOCUMENTED | UNKNOWN | {200: {"content": FORMS}, 304: {"description": "Not modified."}},
)
async def outages(
    request: Request,
    chosen: ChosenStations,
    page: APage,
    first: Annotated[Instant | None, Query(alias="from", description="Seen at this instant or later.")] = None,
    last: Annotated[Instant | None, Query(alias="to", description="First seen before this instant.")] = None,
    charge_point: Annotated[
        str | None, Query(pattern=r"^[A-Z0-9*]{5,40}$", description="IRVE id_pdc with its asterisks.")
    ] = None,
    min_hours: Annotated[float, Query(ge=0, le=100_000, description="Observed for at least so many hours.")] = 0,
    going_on: Annotated[bool, Query(description="Only those that continue at the end of the newest day.")] = False,
) -> Response:
    """Outages last seen in the newest 91 UTC days of the history, which may have begun before."""
    if first is not None and last is not None and first >= last:
        raise ProblemError(WRONG_PARAMETER, f"{first.isoformat()} is not before {last.isoformat()}.", "from")

    async def find(connection: Connection, known: AsOf, position: Position | None) -> Found:
        await chosen.require(connection)
        after_s, after_point, after_at = position.key if position else (None, None, None)
        asked: dict[str, Any] = {
            "begin": first,
            "end": last,
            "charge_point": charge_point,
            "least_s": min_hours * 3600,
            "going_on": going_on,
            "after_s": after_s,
            "after_point": after_point,
            "after_at": instant_of(after_at) if after_at is not None else None,
            "limit": page.limit,
        }
        sql = LONGEST.format(columns=COLUMNS, condition=chosen.condition)
        found = await rows(connection, sql, chosen.parameters | asked)
        items, cursor = page.cut(
            found,
            known.at,
            lambda item: [
                -float(item["observed_s"]),
                item["charge_point_id"],
                item["first_seen_at"].timestamp() * 1000,
            ],
        )
        return Found(items, *await dates_of(connection, "station_period", "days = %(days)s", days=DAYS), cursor)

    return await answered_page(request, page, "outage", find, float, str, float)
