"""Pages of OCPI 2.3.0 (transport and format, "Pagination"): `offset` and `limit`, and the next page as a Link."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from pydantic import AfterValidator
from starlette.datastructures import URL

from belib_platform.api.instants import in_utc
from belib_platform.contracts.json_values import written

MOST = 1000
"""Objects of a page. A request may ask for more, as OCPI allows, and does not get them."""

HEADERS: dict[str, Any] = {
    "X-Total-Count": {"schema": {"type": "integer"}, "description": "Objects on all pages."},
    "X-Limit": {"schema": {"type": "integer"}, "description": "Most objects of a page."},
    "Link": {"schema": {"type": "string"}, "description": "The next page, but for the last one."},
}
"""For OpenAPI."""


def _in_utc(instant: datetime) -> datetime:
    """OCPI's DateTime is UTC where it has no offset."""
    return in_utc(instant if instant.tzinfo else instant.replace(tzinfo=UTC))


DateTime = Annotated[datetime, AfterValidator(_in_utc)]


@dataclass(frozen=True)
class OcpiPage:
    """The page of a request, of the objects that were updated from `begin` (included) to `end` (excluded)."""

    url: URL
    offset: int
    limit: int
    begin: str | None
    end: str | None

    def cut(self, objects: Sequence[Mapping[str, Any]], at: datetime) -> tuple[list[Mapping[str, Any]], dict[str, str]]:
        """The page's part of all objects of the instant `at`, and its headers. The next page speaks of that instant."""
        found = [one for one in objects if self._is_asked(one["last_updated"])]
        next_offset = self.offset + self.limit
        headers = {"X-Total-Count": str(len(found)), "X-Limit": str(MOST)}
        if next_offset < len(found):
            following = self.url.include_query_params(offset=next_offset, limit=self.limit, as_of=written(at))
            headers["Link"] = f'<{following}>; rel="next"'
        return found[self.offset : next_offset], headers

    def _is_asked(self, last_updated: str) -> bool:
        """Compared as text: all instants are written alike."""
        return (self.begin is None or last_updated >= self.begin) and (self.end is None or last_updated < self.end)


async def ocpi_page_of(
    request: Request,
    offset: Annotated[int, Query(ge=0, description="Of the first object.")] = 0,
    limit: Annotated[int, Query(ge=1, description=f"Most objects; at most {MOST:,} are given.")] = MOST,
    date_from: Annotated[DateTime | None, Query(description="last_updated is not before this instant.")] = None,
    date_to: Annotated[DateTime | None, Query(description="last_updated is before this instant.")] = None,
) -> OcpiPage:
    """The page that parameters name; asynchronous, because FastAPI calls others in another thread."""
    begin, end = (written(instant) if instant else None for instant in (date_from, date_to))
    return OcpiPage(request.url, offset, min(limit, MOST), begin, end)


AnOcpiPage = Annotated[OcpiPage, Depends(ocpi_page_of)]
