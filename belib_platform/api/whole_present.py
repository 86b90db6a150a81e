"""All things of a network at an instant, for standards, which have no filters of ours."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from fastapi import Request
from starlette.responses import Response

from belib_platform.api.conditional import headers_of, not_modified
from belib_platform.api.database import rows, transaction
from belib_platform.api.instants import AsOf, known_at
from belib_platform.api.networks import Network
from belib_platform.api.present import add_since, instants, state_of
from belib_platform.api.problems import DOCUMENTED


class WholePresent(NamedTuple):
    """All things with their attributes, state and `since_at`, and what was known then."""

    known: AsOf
    things: list[dict[str, Any]]

    @property
    def newest_at(self) -> datetime:
        """When the newest response was requested (UTC); without any, the instant itself."""
        return self.known.newest_at or self.known.at


Make = Callable[[WholePresent, dict[str, str]], Response]


async def answered(request: Request, network: Network, order: str, as_of: datetime | None, make: Make) -> Response:
    """What `make` makes of the things, in the order of these columns, and of the headers, or 304.

    Raises ProblemError, psycopg.Error and PoolTimeout.
    """
    async with transaction(request.app.state.pool) as connection:
        known = await known_at(connection, as_of, network)
        headers = await headers_of(connection, request, known, request.app.state.settings.cadence_s, network=network)
        if unchanged := not_modified(request, headers):
            return unchanged
        joined = f"state JOIN {network.things_table} USING ({network.key})"
        sql = f"WITH {state_of(network)} SELECT * FROM {joined} ORDER BY {order}"
        things = await rows(connection, sql, instants(known.at))
        await add_since(connection, network, things, known.at)
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
