"""All things of a network at an instant, for standards, which have no filters of ours."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, NamedTuple

from fastapi import Request
from starlette.responses import Response

from belib_platform.api.conditional import headers_of, not_modified
from belib_platform.api.database import Connection, rows, transaction
from belib_platform.api.instants import AsOf, known_at
from belib_platform.api.networks import Network
from belib_platform.api.present import add_since, instants, state_of
from belib_platform.api.problems import DOCUMENTED


class WholePresent(NamedTuple):
    """All things that were found, and what was known then."""

    known: AsOf
    things: list[dict[str, Any]]

    @property
    def newest_at(self) -> datetime:
        """When the newest response was requested (UTC); without any, the instant itself."""
        return self.known.newest_at or self.known.at


Find = Callable[[Connection, datetime], Awaitable[list[dict[str, Any]]]]
Make = Callable[[WholePresent, dict[str, str]], Response]


def all_of(network: Network, order: str, *, has_since: bool) -> Find:
    """Find all things with their attributes and state, and `since_at` if asked, in the order of these columns."""

    async def find(connection: Connection, at: datetime) -> list[dict[str, Any]]:
        joined = f"state JOIN {network.things_table} USING ({network.key})"
        sql = f"WITH {state_of(network)} SELECT * FROM {joined} ORDER BY {order}"
        things = await rows(connection, sql, instants(at))
        if has_since:
            await add_since(connection, network, things, at)
        return things

    return find


async def nothing(_connection: Connection, _at: datetime) -> list[dict[str, Any]]:
    """Find nothing: for what is told of a network as a whole."""
    return []


async def answered(request: Request, network: Network, as_of: datetime | None, find: Find, make: Make) -> Response:
    """What `make` makes of what `find` finds at an instant, and of the headers, or 304.

    Raises ProblemError, psycopg.Error and PoolTimeout.
    """
    async with transaction(request.app.state.pool) as connection:
        known = await known_at(connection, as_of, network)
        headers = await headers_of(connection, request, known, request.app.state.settings.cadence_s, network=network)
        if unchanged := not_modified(request, headers):
            return unchanged
        things = await find(connection, known.at)
    return make(WholePresent(known, things), headers)


def documented(
    media_type: str, description: str, headers: dict[str, Any] | None = None
) -> dict[int | str, dict[str, Any]]:
    """Such an answer for OpenAPI."""
    kind = {"type": "string"} if media_type == "text/csv" else {"type": "object"}
    content = {media_type: {"schema": kind}}
    return DOCUMENTED | {
        200: {"description": description, "content": content, "headers": headers or {}},
        304: {"description": "Not modified since that ETag."},
    }
