"""The history of one thing of a network: its runs, clipped at the instant at which they were known."""

from datetime import date, datetime, timedelta
from http import HTTPStatus

from fastapi import Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from belib_platform.api.answers import envelope
from belib_platform.api.conditional import headers_of, not_modified
from belib_platform.api.cursors import instant_of
from belib_platform.api.database import Connection, looked_up, rows, transaction
from belib_platform.api.instants import AsOf, known_at
from belib_platform.api.networks import Network
from belib_platform.api.pages import Page, page_response
from belib_platform.api.problems import ProblemError
from belib_platform.api.ranges import range_of

MOST = timedelta(days=366)

RUNS = """
SELECT
    first_seen_at,
    CASE WHEN is_open THEN NULL ELSE last_seen_at END AS last_seen_at,
    CASE WHEN is_open THEN NULL ELSE holds_until END AS holds_until,
    {state},
    CASE WHEN is_open THEN NULL ELSE poll_count END AS poll_count
FROM (
    SELECT *, holds_until >= %(at)s AND lead(first_seen_at) OVER (ORDER BY first_seen_at) IS NULL AS is_open
    FROM {runs}
    WHERE {key} = %(id)s AND first_seen_at <= %(at)s AND first_seen_at >= %(first)s
) AS known
WHERE first_seen_at < %(last)s AND (%(after)s::timestamptz IS NULL OR first_seen_at > %(after)s)
ORDER BY first_seen_at
LIMIT %(limit)s + 1
"""

FIRST_DAY = "SELECT first_seen_date FROM {things} WHERE {key} = %(id)s AND first_seen_date <= %(today)s"


class Period(BaseModel):
    """When a run was observed, without its state."""

    first_seen_at: datetime = Field(description="First poll of the period (UTC).")
    last_seen_at: datetime | None = Field(
        description="Last poll of the period (UTC). Null while it holds at as_of: its last poll is still to come."
    )
    holds_until: datetime | None = Field(
        description="How long its last observation holds: last_seen_at plus three polling intervals (UTC). The next "
        "run touches this one if it begins by then. Null while it holds at as_of."
    )
    poll_count: int | None = Field(description="Number of polls in the period; null while it holds at as_of.")


async def thing_known(
    connection: Connection, network: Network, thing: str, asked: datetime | None
) -> tuple[AsOf, date]:
    """The instant asked for, and the first UTC day of the thing. Raises ProblemError if it was not seen then."""
    known = await known_at(connection, asked, network)
    sql = FIRST_DAY.format(things=network.things_table, key=network.key)
    found = await looked_up(connection, sql, {"id": thing, "today": known.at.date()})
    if not found:
        raise ProblemError(HTTPStatus.NOT_FOUND, f"There is no {network.noun} {thing}.", network.key)
    return known, found[0]["first_seen_date"]


async def answered_history(
    request: Request,
    network: Network,
    thing: str,
    page: Page,
    first: datetime | None,
    last: datetime | None,
    as_of: datetime | None,
) -> Response:
    """A page of the thing's runs that began in a range of at most 366 days, or 304.

    Raises ProblemError, psycopg.Error and PoolTimeout.
    """
    if page.form == "geojson":
        raise ProblemError(HTTPStatus.BAD_REQUEST, "Runs have no place: ask for json or csv.", "format")
    position, settings = page.position(float), request.app.state.settings
    async with transaction(request.app.state.pool) as connection:
        known, _ = await thing_known(connection, network, thing, position.at if position else as_of)
        begin, end = range_of(first, last, known.at + timedelta(milliseconds=1), MOST)
        days = (begin.date(), end.date())
        headers = await headers_of(connection, request, known, settings.cadence_s, days, network=network)
        if unchanged := not_modified(request, headers):
            return unchanged
        after = instant_of(position.key[0]) if position else None
        asked = {"id": thing, "first": begin, "last": end, "at": known.at, "after": after, "limit": page.limit}
        sql = RUNS.format(state=", ".join(network.observed.state), runs=network.runs_table, key=network.key)
        found = await rows(connection, sql, asked)
    items, cursor = page.cut(found, known.at, lambda run: [run["first_seen_at"].timestamp() * 1000])
    told = {**envelope(known, is_simulated=settings.is_simulated, terms=[network.terms]), "next_cursor": cursor}
    return page_response(page.form, told, items, headers)
