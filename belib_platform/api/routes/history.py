"""`/v1/charge-points/{id}/history` and `…/stations`: what a charge point did, and where it belonged."""

from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from belib_platform.api.answers import Answer, column, envelope
from belib_platform.api.conditional import headers_of, not_modified
from belib_platform.api.cursors import instant_of
from belib_platform.api.database import Connection, rows, transaction
from belib_platform.api.instants import AsOf, AsOfParameter, known_at
from belib_platform.api.pages import FORMS, APage, page_response
from belib_platform.api.problems import DOCUMENTED, ProblemError, documented
from belib_platform.api.ranges import Beginning, End, range_of
from belib_platform.contracts import clean

router = APIRouter()

MOST = timedelta(days=366)

Id = Annotated[str, Path(pattern=r"^[A-Z0-9*]{5,40}$", description="IRVE id_pdc with its asterisks.")]

RUNS = """
SELECT
    first_seen_at,
    CASE WHEN is_open THEN NULL ELSE last_seen_at END AS last_seen_at,
    CASE WHEN is_open THEN NULL ELSE holds_until END AS holds_until,
    status,
    CASE WHEN is_open THEN NULL ELSE poll_count END AS poll_count
FROM (
    SELECT *, holds_until >= %(at)s AND lead(first_seen_at) OVER (ORDER BY first_seen_at) IS NULL AS is_open
    FROM clean.charge_point_status
    WHERE charge_point_id = %(id)s AND first_seen_at <= %(at)s AND first_seen_at >= %(first)s
) AS known
WHERE first_seen_at < %(last)s AND (%(after)s::timestamptz IS NULL OR first_seen_at > %(after)s)
ORDER BY first_seen_at
LIMIT %(limit)s + 1
"""

STATIONS = """
SELECT station_id, min(utc_date) AS first_date, max(utc_date) AS last_date
FROM (
    SELECT utc_date, station_id,
        row_number() OVER (ORDER BY utc_date) - row_number() OVER (PARTITION BY station_id ORDER BY utc_date) AS stretch
    FROM clean.charge_point_day
    WHERE charge_point_id = %(id)s AND station_id IS NOT NULL AND utc_date <= %(today)s
) AS days
GROUP BY station_id, stretch
ORDER BY first_date
"""

FIRST_DAY = """
SELECT first_seen_date FROM clean.charge_point WHERE charge_point_id = %(id)s AND first_seen_date <= %(today)s
"""


class Run(BaseModel):
    """An uninterrupted period of one status within one UTC day. Nobody knows what was between two that do not touch."""

    first_seen_at: datetime = column(clean.ChargePointStatus, "first_seen_at")
    last_seen_at: datetime | None = Field(
        description="Last poll of the period (UTC). Null while it holds at as_of: its last poll is still to come."
    )
    holds_until: datetime | None = Field(
        description="How long its last observation holds: last_seen_at plus three polling intervals (UTC). The next "
        "run touches this one if it begins by then. Null while it holds at as_of."
    )
    status: str = column(clean.ChargePointStatus, "status")
    poll_count: int | None = Field(description="Number of polls in the period; null while it holds at as_of.")


class History(Answer):
    """Runs of one charge point, oldest first."""

    items: list[Run] = Field(description="The runs of this page.")


class Belonging(BaseModel):
    """UTC days on which the static set said that the charge point belongs to a station."""

    station_id: str = column(clean.ChargePointDay, "station_id")
    first_date: date = Field(description="First of these UTC days.")
    last_date: date = Field(description="Last of them.")


class Belongings(Answer):
    """The stations that a charge point belonged to, oldest first."""

    items: list[Belonging] = Field(description="The stations.")


@router.get(
    "/charge-points/{charge_point_id}/history",
    summary="What a charge point did",
    response_model=History,
    responses=DOCUMENTED
    | documented(HTTPStatus.NOT_FOUND)
    | {200: {"content": {"text/csv": FORMS["text/csv"]}}, 304: {"description": "Not modified since that ETag."}},
)
async def history(
    request: Request,
    charge_point_id: Id,
    page: APage,
    first: Beginning = None,
    last: End = None,
    as_of: AsOfParameter = None,
) -> Response:
    """The runs of a charge point that began in a range of at most 366 days, as known at `as_of`."""
    _refuse_geojson(page.form)
    position, settings = page.position(float), request.app.state.settings
    async with transaction(request.app.state.pool) as connection:
        known, _ = await _known(connection, charge_point_id, position.at if position else as_of)
        begin, end = range_of(first, last, known.at + timedelta(milliseconds=1), MOST)
        headers = await headers_of(connection, request, known, settings.cadence_s, (begin.date(), end.date()))
        if unchanged := not_modified(request, headers):
            return unchanged
        after = instant_of(position.key[0]) if position else None
        asked = {"id": charge_point_id, "first": begin, "last": end, "at": known.at}
        found = await rows(connection, RUNS, asked | {"after": after, "limit": page.limit})
    items, cursor = page.cut(found, known.at, lambda run: [run["first_seen_at"].timestamp() * 1000])
    told = {**envelope(known, is_simulated=settings.is_simulated), "next_cursor": cursor}
    return page_response(page.form, told, items, headers)


@router.get(
    "/charge-points/{charge_point_id}/stations",
    summary="The stations that a charge point belonged to",
    response_model=Belongings,
    responses=DOCUMENTED | documented(HTTPStatus.NOT_FOUND) | {304: {"description": "Not modified since that ETag."}},
)
async def stations(request: Request, charge_point_id: Id, as_of: AsOfParameter = None) -> Response:
    """The stations that the static sets of the days until `as_of` name for a charge point."""
    settings = request.app.state.settings
    async with transaction(request.app.state.pool) as connection:
        known, first_day = await _known(connection, charge_point_id, as_of)
        headers = await headers_of(connection, request, known, settings.cadence_s, (first_day, known.at.date()))
        if unchanged := not_modified(request, headers):
            return unchanged
        items = await rows(connection, STATIONS, {"id": charge_point_id, "today": known.at.date()})
    told = {**envelope(known, is_simulated=settings.is_simulated), "next_cursor": None}
    return page_response("json", told, items, headers)


async def _known(connection: Connection, charge_point_id: str, asked: datetime | None) -> tuple[AsOf, date]:
    """The instant asked for, and the first UTC day of the charge point. Raises ProblemError if it was not seen then."""
    known = await known_at(connection, asked)
    found = await rows(connection, FIRST_DAY, {"id": charge_point_id, "today": known.at.date()})
    if not found:
        raise ProblemError(HTTPStatus.NOT_FOUND, f"There is no charge point {charge_point_id}.", "charge_point_id")
    return known, found[0]["first_seen_date"]


def _refuse_geojson(form: str) -> None:
    if form == "geojson":
        raise ProblemError(HTTPStatus.BAD_REQUEST, "Runs have no place: ask for json or csv.", "format")
