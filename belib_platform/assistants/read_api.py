"""The read API in this process, as the tools ask it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

import httpx
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError

from belib_platform.api.in_process import asked_in_process
from belib_platform.api.parameters import PREFIX
from belib_platform.api.recording import recording
from belib_platform.settings import Settings


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

    async def ask(self, path: str, **parameters: Any) -> Told:
        """The answer of an endpoint, without parameters that are None. Raises ToolError with the API's sentence."""
        given = {name.rstrip("_"): value for name, value in parameters.items() if value is not None}
        with recording() as statements:
            response = await self._client.get(f"{PREFIX}/{path}", params=given)
        answer = response.json()
        if response.status_code != HTTPStatus.OK:
            parameter = answer.get("parameter")
            raise ToolError(answer["detail"] + (f" (parameter {parameter})" if parameter else ""))
        return Told(answer, statements)


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
