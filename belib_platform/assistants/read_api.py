"""The read API in this process, as the tools ask it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError

from belib_platform.api.in_process import asked_in_process
from belib_platform.api.parameters import PREFIX
from belib_platform.api.recording import recording
from belib_platform.contracts.texts import in_lines
from belib_platform.settings import Settings

PAGE = 1000
"""Most items of a page of the read API."""

MOST_PAGES = 20


class RefusedError(ToolError):
    """The read API refuses a question; `parameter` is its name of what is wrong, or the beginning of the path."""

    def __init__(self, detail: str, parameter: str | None) -> None:
        super().__init__(detail)
        self.parameter = parameter


@dataclass(frozen=True)
class Told:
    """An answer of the read API, and the statements that gave it, in their order."""

    answer: dict[str, Any]
    sql: list[str]

    @property
    def first(self) -> "Told":
        """The same, with the first of its statements only: others look up what is told of its items."""
        return replace(self, sql=self.sql[:1])

    @property
    def items(self) -> list[dict[str, Any]]:
        """Its items, which are not those of other pages."""
        return list(self.answer["items"])


class ReadApi:
    """Asks the read API."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def ask(self, path: str, *things: str, **parameters: Any) -> Told:
        """The answer of an endpoint, whose path has {} where ids of things are, without parameters that are None.

        Texts of its items are on one line and cut at a bound. Raises RefusedError with the API's sentence.
        """
        for thing in things:
            if not thing.strip(".") or "/" in thing:
                raise RefusedError(f"{thing} is no id.", path.partition("/")[0])
        given = {name.rstrip("_"): value for name, value in parameters.items() if value is not None}
        named = path.format(*(quote(thing, safe="") for thing in things))
        with recording() as statements:
            response = await self._client.get(f"{PREFIX}/{named}", params=given)
        answer = response.json()
        if response.status_code != HTTPStatus.OK:
            raise RefusedError(answer["detail"], answer.get("parameter"))
        if "items" in answer:
            answer["items"] = in_lines(answer["items"])
        return Told(answer, statements)

    async def ask_all(self, path: str, *things: str, **parameters: Any) -> Told:
        """The same with the items of all pages, and the first statement without a limit.

        Raises ToolError where they are too many.
        """
        first = told = await self.ask(path, *things, limit=PAGE, **parameters)
        items, statement = told.items, first.sql[0].removesuffix(f" LIMIT {PAGE} + 1")
        while cursor := told.answer["next_cursor"]:
            if len(items) >= MOST_PAGES * PAGE:
                raise ToolError(f"These are more than {len(items):,}; ask for less, of a smaller place or time.")
            told = await self.ask(path, *things, limit=PAGE, cursor=cursor, **parameters)
            items += told.items
        return Told({**first.answer, "items": items, "next_cursor": None}, [statement, *first.sql[1:]])


Asking = Context[ReadApi, Any]
"""What a tool is given beside its parameters."""


def api_of(context: Asking) -> ReadApi:
    """The read API that a tool asks."""
    return context.request_context.lifespan_context


@asynccontextmanager
async def read_api(settings: Settings, reader_url: str) -> AsyncIterator[ReadApi]:
    """The read API over the warehouse that a read-only role reaches at `reader_url`."""
    async with asked_in_process(settings, reader_url) as (client, _):
        yield ReadApi(client)
