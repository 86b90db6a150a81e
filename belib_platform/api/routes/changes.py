"""`/v1/changes`: changes of state in the order in which they were learned."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from belib_platform.api.answers import Licence, column, json_response, licences
from belib_platform.api.changes import GREATEST_ID, AreWanted, kept_after
from belib_platform.api.database import rows, transaction
from belib_platform.api.instants import this_moment
from belib_platform.api.networks import BIKE_STATIONS, CHARGE_POINTS
from belib_platform.api.problems import DOCUMENTED, GONE
from belib_platform.contracts import mart
from belib_platform.warehouse.change_events import COLUMNS, change_data

router = APIRouter(prefix="/changes")

PAGE = f"""
SELECT {", ".join(COLUMNS)} FROM mart.change
WHERE id > %(cursor)s AND {{conditions}} ORDER BY id LIMIT %(limit)s
"""


class Change(BaseModel):
    """A change of state of a charge point or bike station, or a UTC day that was written again."""

    id: int = column(mart.Change, "id")
    recorded_at: datetime = column(mart.Change, "recorded_at")
    kind: str = column(mart.Change, "kind")
    network: str = column(mart.Change, "network")
    thing_id: str | None = column(mart.Change, "thing_id")
    before: dict[str, Any] | None = column(mart.Change, "before")
    after: dict[str, Any] = column(mart.Change, "after")
    before_last_seen_at: datetime | None = column(mart.Change, "before_last_seen_at")
    after_first_seen_at: datetime | None = column(mart.Change, "after_first_seen_at")
    page_id: str | None = column(mart.Change, "page_id")
    utc_date: date | None = column(mart.Change, "utc_date")


class Changes(BaseModel):
    """Changes by id, oldest first."""

    as_of: datetime = Field(description="When this was answered (UTC).")
    is_simulated: bool = Field(description="Whether these are simulated data, and none of Paris.")
    licences: list[Licence] = Field(description="The terms of this data.")
    next_cursor: int = Field(description="For what comes next, now or later: the parameter cursor.")
    has_more: bool = Field(description="Whether there is more after next_cursor already.")
    oldest_id: int = Field(description="Id of the oldest change that is kept.")
    newest_id: int = Field(description="Id of the newest change; 0 if there is none.")
    items: list[Change] = Field(description="The changes of this page.")


@router.get("", summary="Changes of state, in their order", response_model=Changes, responses=DOCUMENTED | GONE)
async def changes(
    request: Request,
    wanted: AreWanted,
    limit: Annotated[int, Query(ge=1, le=1000, description="Most items of a page.")] = 100,
    cursor: Annotated[
        int | None,
        Query(
            ge=0, le=GREATEST_ID, description="Id of the last change that you have. Default: before the oldest kept."
        ),
    ] = None,
) -> Response:
    """Changes after a cursor. A filter by place also lets through days that were written again."""
    async with transaction(request.app.state.pool) as connection:
        kept = await kept_after(connection, cursor)
        after = kept["oldest"] - 1 if cursor is None else cursor
        parameters = {**wanted.parameters, "cursor": after, "limit": limit + 1}
        found = await rows(connection, PAGE.format(conditions=wanted.conditions), parameters)
    items = [{"id": row["id"], **change_data(row)} for row in found[:limit]]
    has_more = len(found) > limit
    told = {
        "as_of": this_moment(),
        "is_simulated": request.app.state.settings.is_simulated,
        "licences": licences([CHARGE_POINTS.terms, BIKE_STATIONS.terms]),
        "next_cursor": items[-1]["id"] if has_more else kept["newest"],
        "has_more": has_more,
        "oldest_id": kept["oldest"],
        "newest_id": kept["newest"],
        "items": items,
    }
    return json_response(told, {"Cache-Control": "no-cache"}, "application/json")
