"""Changes of the outbox as the API tells them: which are wanted, and which are still kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request
from psycopg.rows import DictRow

from belib_platform.api.database import Connection, rows, transaction
from belib_platform.api.places import AtPlace
from belib_platform.api.problems import WRONG_PARAMETER, ProblemError
from belib_platform.warehouse.change_events import KEPT

GREATEST_ID = 2**63 - 1

HISTORY = "/v1/charge-points/{charge_point_id}/history and /v1/bike-stations/{station_code}/history"

LINKS = '</v1/charge-points>; rel="related", </v1/bike-stations>; rel="related"'
"""Where the state of all things is, for those whose cursor is too old."""

AT_PLACE = """
SELECT charge_point_id AS thing_id FROM clean.charge_point WHERE {conditions}
UNION ALL SELECT station_code FROM clean.bike_station WHERE {conditions}
"""


@dataclass(frozen=True)
class Wanted:
    """Which changes are wanted, by the values of columns; `things` are None where any thing is.

    Of a place, a day that was written again is wanted, too: it may concern every thing.
    """

    equal: Mapping[str, str] = field(default_factory=dict)
    things: frozenset[str] | None = None

    def has(self, change: Mapping[str, Any]) -> bool:
        """Whether a row of the outbox is wanted."""
        is_of_things = self.things is None or change["thing_id"] is None or change["thing_id"] in self.things
        return is_of_things and all(change[column] == value for column, value in self.equal.items())

    @property
    def conditions(self) -> str:
        """The same as SQL, with `parameters`."""
        of_things = [] if self.things is None else ["(thing_id IS NULL OR thing_id = ANY(%(things)s))"]
        return " AND ".join(["true", *of_things, *(f"{column} = %({column})s" for column in self.equal)])

    @property
    def parameters(self) -> dict[str, Any]:
        """What `conditions` name."""
        return {**self.equal, "things": sorted(self.things or ())}


async def wanted_of(
    request: Request,
    place: AtPlace,
    network: Annotated[Literal["belib", "velib"] | None, Query(description="Only of this network.")] = None,
    kind: Annotated[
        Literal["state_changed", "day_rewritten"] | None, Query(description="Only changes of this kind.")
    ] = None,
    thing_id: Annotated[
        str | None,
        Query(max_length=100, pattern=r"^[^\x00]+$", description="Only of this charge point or bike station."),
    ] = None,
) -> Wanted:
    """What parameters name; the things at a place are looked up once. Raises ProblemError."""
    equal = {"network": network, "kind": kind, "thing_id": thing_id}
    given = {column: value for column, value in equal.items() if value is not None}
    if not place.conditions:
        return Wanted(given)
    async with transaction(request.app.state.pool) as connection:
        sql = AT_PLACE.format(conditions=" AND ".join(place.conditions))
        found = await rows(connection, sql, place.parameters)
    return Wanted(given, frozenset(row["thing_id"] for row in found))


AreWanted = Annotated[Wanted, Depends(wanted_of)]


async def kept_after(connection: Connection, cursor: int | None, parameter: str = "cursor") -> DictRow:
    """Ids of the oldest and of the newest change kept (KEPT).

    Raises ProblemError for a cursor behind which changes are missing by now, or that no change has yet.
    """
    [kept] = await rows(connection, KEPT, {})
    if cursor is not None and cursor > kept["newest"]:
        raise ProblemError(WRONG_PARAMETER, f"{cursor} is no id yet; the newest is {kept['newest']}.", parameter)
    if cursor is not None and cursor < kept["oldest"] - 1:
        detail = f"Changes before {kept['oldest']} are no longer kept. What was before is at {HISTORY}."
        raise ProblemError(HTTPStatus.GONE, detail, parameter, {"Link": LINKS})
    return kept
