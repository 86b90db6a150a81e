"""Pages of items: which one is asked for, in which form, and how it is answered."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request
from starlette.responses import Response

from belib_platform.api.answers import cell, json_response
from belib_platform.api.conditional import REVISED_AT
from belib_platform.api.cursors import LENGTH, Position, cursor_of, position_of
from belib_platform.contracts.json_values import written

Form = Literal["json", "geojson", "csv"]


@dataclass
class Page:
    """The page of a request; `question` is everything else that it asks."""

    limit: int
    form: Form
    question: str
    cursor: str | None

    def bind(self, made_by: object) -> None:
        """Let cursors continue only what was made by the same run."""
        self.question = repr([self.question, made_by])

    def position(self, *kinds: type) -> Position | None:
        """Where it begins, if it is not the first. Raises ProblemError."""
        return position_of(self.question, self.cursor, *kinds) if self.cursor else None

    def cut(
        self, found: list[dict[str, Any]], at: Any, key: Callable[[dict[str, Any]], Sequence[str | float]]
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Of limit + 1 rows or fewer those of the page, and the cursor behind them if there are more."""
        if len(found) <= self.limit:
            return found, None
        items = found[: self.limit]
        return items, cursor_of(self.question, Position(at, key(items[-1])))


_OF_THE_PAGE = {"limit", "cursor", "format"}


async def page_of(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=1000, description="Most items of a page.")] = 100,
    cursor: Annotated[
        str | None,
        Query(max_length=LENGTH, pattern="^[A-Za-z0-9_-]+$", description="next_cursor of the page before."),
    ] = None,
    form: Annotated[
        Form, Query(alias="format", description="JSON, GeoJSON, or CSV (comma, UTF-8, instants in UTC).")
    ] = "json",
) -> Page:
    """The page that parameters name; asynchronous, because FastAPI calls others in another thread."""
    kept = sorted((name, value) for name, value in request.query_params.multi_items() if name not in _OF_THE_PAGE)
    return Page(limit, form, repr([request.url.path, kept]), cursor)


APage = Annotated[Page, Depends(page_of)]

GEOJSON = "application/geo+json"
FORMS = {"text/csv": {"schema": {"type": "string"}}, GEOJSON: {"schema": {"type": "object"}}}
"""Media types of the other forms, for OpenAPI."""


def page_response(
    form: Form, envelope: Mapping[str, Any], items: Sequence[Mapping[str, Any]], headers: Mapping[str, str]
) -> Response:
    """Items in a form. CSV has no envelope: its rows begin with as_of, and the headers have the cursor."""
    if form == "csv":
        return _csv(envelope, items, headers)
    told = {**envelope, "revised_at": headers.get(REVISED_AT)}
    if form == "geojson":
        features = [_feature(item) for item in items]
        return json_response({"type": "FeatureCollection", **told, "features": features}, headers, GEOJSON)
    return json_response({**told, "items": items}, headers, "application/json")


def _feature(item: Mapping[str, Any]) -> dict[str, Any]:
    place = [item["longitude"], item["latitude"]]
    geometry = None if None in place else {"type": "Point", "coordinates": place}
    properties = {name: value for name, value in item.items() if name not in ("longitude", "latitude")}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _csv(envelope: Mapping[str, Any], items: Sequence[Mapping[str, Any]], headers: Mapping[str, str]) -> Response:
    text = io.StringIO()
    writer = csv.writer(text)
    if items:
        writer.writerow(["as_of", *items[0]])
    as_of = written(envelope["as_of"])
    for item in items:
        writer.writerow([as_of, *map(cell, item.values())])
    more = {"Next-Cursor": envelope["next_cursor"]} if envelope["next_cursor"] else {}
    licences = ", ".join(f'<{terms["url"]}>; rel="license"' for terms in envelope["licences"])
    return Response(
        text.getvalue(), HTTPStatus.OK, {**headers, **more, "Link": licences}, media_type="text/csv; charset=utf-8"
    )
