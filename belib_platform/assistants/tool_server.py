"""What every call of a tool passes: arguments that no tool understands are refused, and every error is a sentence."""

import inspect
import logging
import math
import traceback
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from mcp.server.mcpserver import Context, MCPServer
from mcp.server.mcpserver.exceptions import ToolError, UnexpectedToolError
from mcp.types import CallToolResult, InputRequiredResult
from pydantic import ValidationError

from belib_platform.assistants.read_api import ReadApi, RefusedError
from belib_platform.contracts.texts import LENGTH, cut, in_line

CALLED = {
    "name": "near",
    "commune": "near",
    "radius": "radius_m",
    "power_min": "power_min_kw",
    "bike-stations": "bike_station",
    "station_code": "bike_station",
    "charge-points": "charge_point",
    "charge_point_id": "charge_point",
    "from": "first",
    "to": "last",
}
"""What tools call parameters of the read API that they do not call as it does."""

FAULT = "This is a fault of belib, and not of the question; its standard error says which."

Tool = Callable[..., Awaitable[CallToolResult]]

logger = logging.getLogger(__name__)


class ToolServer(MCPServer[ReadApi]):
    """A server whose tools are called with arguments that they have, and whose errors are sentences."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._parameters: dict[str, list[str]] = {}

    def offer(self, tool: Tool, **described: Any) -> None:
        """Add a tool, whose first parameter is its context."""
        _, *self._parameters[tool.__name__] = inspect.signature(tool).parameters
        self.add_tool(tool, **described)

    async def call_tool(
        self, name: str, arguments: dict[str, Any], context: Context[ReadApi, Any] | None = None
    ) -> CallToolResult | InputRequiredResult:
        """The answer of a tool. Raises ToolError with a sentence, which names a parameter that is wrong."""
        parameters = self._parameters.get(name, [])
        if not parameters:
            raise ToolError(f"There is no tool {cut(name)}.")
        given = _understood(arguments, parameters)
        try:
            return await super().call_tool(name, given, context)
        except UnexpectedToolError as error:
            _log(name, error.__cause__ or error)
            raise ToolError(FAULT) from None
        except ToolError as error:
            raise ToolError(_sentence(error.__cause__ or error, parameters)) from None


def _understood(arguments: Mapping[str, Any], parameters: list[str]) -> dict[str, Any]:
    """The arguments, texts on one line. Raises ToolError for one that no tool takes."""
    for name, value in arguments.items():
        if name not in parameters:
            raise ToolError(f"There is no parameter {cut(name)} here; there are {', '.join(parameters)}.")
        if isinstance(value, float) and not math.isfinite(value):
            raise ToolError(f"{name}: {value} is no finite number.")
        if isinstance(value, str) and len(value) > LENGTH:
            raise ToolError(f"{name}: a text has at most {LENGTH} characters.")
        if isinstance(value, str) and not in_line(value):
            raise ToolError(f"{name}: the text is empty; leave it out if nothing is meant.")
    return {name: in_line(value) if isinstance(value, str) else value for name, value in arguments.items()}


def _sentence(error: BaseException, parameters: list[str]) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc']))}: {in_line(first['msg'])}."
    called = error.parameter if isinstance(error, RefusedError) else None
    own = next((name for name in (called, CALLED.get(called or "")) if name in parameters), None)
    said = in_line(str(error).removeprefix("Value error, "))
    return f"{own}: {said}" if own else said


def _log(name: str, error: BaseException) -> None:
    """Say what went wrong, and where, on one line."""
    where = traceback.extract_tb(error.__traceback__)[-1:]
    at = f" at {where[0].filename}:{where[0].lineno}" if where else ""
    logger.error("%s failed%s: %s: %s", name, at, type(error).__name__, cut(str(error)))
