"""Charge points, stations and bike stations are listed alike: filtered, in pages, as of an instant."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fastapi import Request
from starlette.responses import Response

from belib_platform.api.answers import envelope
from belib_platform.api.chosen import require_station
from belib_platform.api.conditional import headers_of, not_modified
from belib_platform.api.database import rows, transaction
from belib_platform.api.instants import known_at
from belib_platform.api.networks import CHARGE_POINTS, Network
from belib_platform.api.pages import Page, page_response
from belib_platform.api.places import DISTANCE, Place
from belib_platform.api.present import add_since, instants, state_of


@dataclass(frozen=True)
class Listing:
    """What is listed: SQL of the things that meet all conditions but those of the page.

    `found` may use `state`, the state of every thing of the network. Its rows have `key`, a text, and longitude and
    latitude. `station`, if one is asked for, must be known. `has_since`: since when the state of each item of the page
    holds is looked up, too.
    """

    key: str
    found: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    station: str | None = None
    has_since: bool = False
    network: Network = CHARGE_POINTS

    @property
    def sql(self) -> str:
        """The rows of a page and one more, from the position on."""
        return f"""
        WITH {state_of(self.network)},
        found AS ({self.found}),
        placed AS (
            SELECT *, CASE WHEN %(latitude)s::float8 IS NOT NULL THEN {DISTANCE} END AS distance_m FROM found
        )
        SELECT * FROM placed
        WHERE %(after_id)s::text IS NULL
            OR (coalesce(distance_m, 0), {self.key}) > (%(after_m)s::float8, %(after_id)s)
        ORDER BY coalesce(distance_m, 0), {self.key}
        LIMIT %(limit)s + 1
        """


async def listed(request: Request, page: Page, place: Place, as_of: datetime | None, listing: Listing) -> Response:
    """The page asked for, or 304. Raises ProblemError, psycopg.Error and PoolTimeout."""
    position, settings = page.position(float, str), request.app.state.settings
    async with transaction(request.app.state.pool) as connection:
        known = await known_at(connection, position.at if position else as_of, listing.network)
        headers = await headers_of(connection, request, known, settings.cadence_s, network=listing.network)
        if unchanged := not_modified(request, headers):
            return unchanged
        after_m, after_id = position.key if position else (None, None)
        await require_station(connection, listing.station)
        parameters = {
            "latitude": None,
            "longitude": None,
            "limit": page.limit,
            "after_m": after_m,
            "after_id": after_id,
            **instants(known.at),
            **place.parameters,
            **listing.parameters,
        }
        found = await rows(connection, listing.sql, parameters)
        items, cursor = page.cut(found, known.at, lambda item: [float(item["distance_m"] or 0), item[listing.key]])
        if listing.has_since:
            await add_since(connection, listing.network, items, known.at)
    if not place.has_distance:
        for item in items:
            del item["distance_m"]
    terms = [listing.network.terms]
    told = {**envelope(known, is_simulated=settings.is_simulated, terms=terms), "next_cursor": cursor}
    return page_response(page.form, told, items, headers)
