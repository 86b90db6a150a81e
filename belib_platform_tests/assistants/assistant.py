"""An assistant that speaks with `belib mcp`, a process of its own, over its standard input and output."""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.types import CallToolResult, TextContent, Tool

PLAIN = ["-m", "belib_platform.cli", "mcp"]


@dataclass(frozen=True)
class Assistant:
    """A client, and the URL of the role whose rows it is told of."""

    client: Client
    portal: BlockingPortal
    reader_url: str

    def tools(self) -> list[Tool]:
        """What it may ask."""
        return self.portal.call(self.client.list_tools).tools

    def call(self, tool: str, **arguments: Any) -> CallToolResult:
        """An answer as the protocol has it."""
        return self.portal.call(self.client.call_tool, tool, arguments)

    def ask(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """A figure, whose SQL gives the same; its sentence names whom the licences name."""
        answer = self.call(tool, **arguments)
        said, figure = _text(answer), answer.structured_content
        assert not answer.is_error, said
        assert isinstance(figure, dict)
        assert figure["licences"]
        assert all(terms["attribution"] in said for terms in figure["licences"])
        assert (figure["value"] is None) == (figure["insufficient"] is not None)
        assert figure["insufficient"] is None or figure["insufficient"] in said
        assert f"{figure['n']} {figure['n_of']}" in said
        assert datetime.fromisoformat(figure["as_of"]).tzinfo is not None
        assert figure["coverage"] is None or 0 <= figure["coverage"] <= 1
        if figure["value"] is None:
            assert self.only_cell(figure["sql"][0]) is None
        else:
            assert figure["coverage"] is not None or tool == "find_place"
            assert_same(self.only_cell(figure["sql"][0]), figure["value"])
        for statement in figure["sql"]:
            self.rows(statement)
        return figure

    def refused(self, tool: str, **arguments: Any) -> str:
        """The sentence of an error."""
        answer = self.call(tool, **arguments)
        assert answer.is_error, answer
        assert answer.structured_content is None
        return _text(answer)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """The rows of a statement, as `belib sql` gives them."""
        with psycopg.connect(self.reader_url) as connection:
            connection.execute("SET search_path TO mart, clean")
            connection.execute("SET TimeZone = 'UTC'")
            return connection.execute(statement.encode()).fetchall()

    def only_cell(self, statement: str) -> Any:
        [[cell]] = self.rows(statement)
        return cell


def assert_same(cell: Any, value: Any) -> None:
    if isinstance(value, str):
        assert cell == value
    else:
        assert abs(float(cell) - value) < 1e-9


def _text(answer: CallToolResult) -> str:
    [content] = answer.content
    assert isinstance(content, TextContent)
    return content.text


@contextmanager
def assistant(
    reader_url: str,
    home: Path,
    at: datetime | None = None,
    *,
    complains: bool = False,
    mode: str = "auto",
    **variables: str,
) -> Iterator[Assistant]:
    """A client of a new `belib mcp`, whose clock begins at `at`. Fails if that wrote to stderr, unless it `complains`.

    What it writes to standard output beside the protocol breaks the protocol.
    """
    arguments = PLAIN if at is None else ["-m", "belib_platform_tests.assistants.at_an_instant", at.isoformat()]
    env = {**os.environ, "BELIB_HOME": str(home), "BELIB_READER_URL": reader_url, **variables}
    started = StdioServerParameters(command=sys.executable, args=arguments, env=env)
    with tempfile.TemporaryFile("w+") as complaints:
        client = Client(stdio_client(started, errlog=complaints), mode=mode)
        with start_blocking_portal() as portal, portal.wrap_async_context_manager(client) as entered:
            yield Assistant(entered, portal, reader_url)
        complaints.seek(0)
        said = complaints.read()
        assert (said != "") == complains, said
        assert "Traceback" not in said
