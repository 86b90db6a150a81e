"""Answers of statistics: made each night of the newest days of the history."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Any, Literal, NamedTuple

from fastapi import Request
from pydantic import Field
from starlette.responses import Response

from belib_platform.api.answers import Answer, envelope
from belib_platform.api.conditional import headers_of, not_modified
from belib_platform.api.cursors import Position
from belib_platform.api.database import Connection, looked_up, transaction
from belib_platform.api.instants import AsOf, known_at
from belib_platform.api.networks import CHARGE_POINTS, Network
from belib_platform.api.pages import Form, Page, page_response
from belib_platform.exports.terms import BELIB
from belib_platform.sources.weather_provider import Terms

Table = Literal["station_rhythm", "station_period", "outage", "weather_effect", "bike_rhythm"]


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


Find = Callable[[Connection, AsOf, Position | None], Awaitable[Found]]

WRITTEN = "SELECT run_id FROM clean.written_window WHERE asset = %(table)s"

DATES = "SELECT first_date AS first, last_date AS last FROM mart.{} WHERE {} LIMIT 1"
"""All rows of a statistic, or of a period, are of the same days."""


async def dates_of(
    connection: Connection, table: Table, condition: str = "true", **parameters: Any
) -> tuple[date | None, date | None]:
    """First and last UTC day of a statistic."""
    found = await looked_up(connection, DATES.format(table, condition), parameters)
    return (found[0]["first"], found[0]["last"]) if found else (None, None)


async def answered(
    request: Request,
    form: Form,
    table: Table,
    find: Find,
    terms: Sequence[Terms] = (BELIB,),
    network: Network = CHARGE_POINTS,
) -> Response:
    """What `find` finds in the table, or 304. Raises ProblemError, psycopg.Error and PoolTimeout."""
    return await _answered(request, form, table, find, terms, None, (), network)


async def answered_page(request: Request, page: Page, table: Table, find: Find, *key: type) -> Response:
    """A page of what `find` finds behind the position that it is given, whose key has these types, or 304.

    A cursor is bound to the run that made the table: rows of two nights make no whole. Raises ProblemError,
    psycopg.Error and PoolTimeout.
    """
    return await _answered(request, page.form, table, find, (BELIB,), page, key, CHARGE_POINTS)


async def _answered(
    request: Request,
    form: Form,
    table: Table,
    find: Find,
    terms: Sequence[Terms],
    page: Page | None,
    key: tuple[type, ...],
    network: Network,
) -> Response:
    settings, position = request.app.state.settings, None
    async with transaction(request.app.state.pool) as connection:
        if page is not None:
            page.bind(await looked_up(connection, WRITTEN, {"table": table}))
            position = page.position(*key)
        known = await known_at(connection, position.at if position else None, network)
        whole = (table, *network.whole)
        headers = await headers_of(connection, request, known, settings.cadence_s, whole=whole, network=network)
        if unchanged := not_modified(request, headers):
            return unchanged
        found = await find(connection, known, position)
    told = {
        **envelope(known, is_simulated=settings.is_simulated, terms=terms),
        "first_date": found.first,
        "last_date": found.last,
        "next_cursor": found.next_cursor,
    }
    return page_response(form, told, found.items, headers)
