"""Queries asked and answered within a test."""

import io
import json
from collections.abc import Callable, Iterator
from typing import TextIO

from rich.console import Console

from belib_platform.cli.querying.connection import connected
from belib_platform.cli.querying.formats import write_csv, write_json
from belib_platform.cli.querying.results import Result, results
from belib_platform.cli.querying.tables import show

Write = Callable[[Iterator[Result], TextIO], None]


def asked(url: str, query: str, write: Write, notices: list[str] | None = None) -> str:
    """What is written of the answers."""
    file = io.StringIO()
    with connected(url, [].append if notices is None else notices.append) as connection:
        write(results(connection, query), file)
    return file.getvalue()


def as_csv(url: str, query: str) -> str:
    """The answers as CSV."""
    return asked(url, query, write_csv)


def as_objects(url: str, query: str) -> list[dict[str, object]]:
    """The rows of one answer, by way of JSON."""
    return json.loads(asked(url, query, write_json))


def as_table(url: str, query: str, width: int = 100) -> list[str]:
    """The lines that a terminal of this width shows, without empty ones."""
    file = io.StringIO()
    console = Console(file=file, width=width, force_terminal=True, color_system=None)
    with connected(url, [].append) as connection:
        show(results(connection, query), console)
    return [line.rstrip() for line in file.getvalue().splitlines() if line.strip()]
