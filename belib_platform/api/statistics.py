"""Answers of statistics: made each night of the newest days of the history."""

from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any, Literal, NamedTuple

from fastapi import Request
from pydantic import Field
from starlette.responses import Response

from belib_platform.api.answers import Answer, envelope
from belib_platform.api.conditional import headers_of, not_modified
from belib_platform.api.database import Connection, rows, transaction
from belib_platform.api.instants import AsOf, known_at
from belib_platform.api.pages import Form, page_response
from belib_platform.exports.terms import BELIB
from belib_platform.sources.weather_provider import Terms

Table = Literal["station_rhythm", "station_period", "outage", "weather_effect"]


class StatisticsAnswer(Answer):
    """What every answer about the newest days carries besides."""

    first_date: date | None = Field(description="First UTC day of the statistic; null while there is none.")
    last_date: date | None = Field(description="Last UTC day of the statistic; null while there is none.")


class Found(NamedTuple):
    """Items of an answer, the UTC days that they are made of, and the cursor behind them."""

    items: list[dict[str, Any]]
    first: date | None
    last: date | None
    next_cursor: str | None = None


Find = Callable[[Connection, AsOf], Awaitable[Found]]

DATES = "SELECT min(first_date) AS first, max(last_date) AS last FROM mart.{} WHERE {}"


async def dates_of(
    connection: Connection, table: Table, condition: str = "true", **parameters: Any
) -> tuple[date | None, date | None]:
    """First and last UTC day of a statistic."""
    [row] = await rows(connection, DATES.format(table, condition), parameters)
    return row["first"], row["last"]


async def answered(request: Request, form: Form, find: Find, terms: tuple[Terms, ...] = (BELIB,)) -> Response:
    """What `find` finds, or 304. Raises ProblemError, psycopg.Error and PoolTimeout."""
    settings = request.app.state.settings
    async with transaction(request.app.state.pool) as connection:
        known = await known_at(connection, None)
        headers = await headers_of(connection, request, known, settings.cadence_s)
        if unchanged := not_modified(request, headers):
            return unchanged
        found = await find(connection, known)
    told = {
        **envelope(known, is_simulated=settings.is_simulated, terms=terms),
        "first_date": found.first,
        "last_date": found.last,
        "next_cursor": found.next_cursor,
    }
    return page_response(form, told, found.items, headers)
