"""`belib sql`: query the warehouse with a read-only role."""

import sys
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from belib_platform.settings import load_settings

COMMENTS_ARE_QUERIES = {"ignore_unknown_options": True}
"""Arguments that begin with -- but are no known option are queries that begin with a comment."""


class Format(StrEnum):
    """Output format of results."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


class NotTextError(Exception):
    """The query is not text in UTF-8, or cannot be read."""


class NoOutputError(Exception):
    """Standard output is closed."""


def sql(
    query: Annotated[
        str | None,
        typer.Argument(
            metavar="QUERY", help="One or more statements, or - to read them from standard input.", show_default=False
        ),
    ] = None,
    format: Annotated[  # noqa: A002 - the option's name
        Format | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="Output format: table, csv or json. Default: table on a terminal, csv in a file or a pipe.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Query the warehouse in SQL. Without QUERY, opens an interactive shell.

    Uses a read-only role: the server rejects writes. Table names need no schema (mart is searched before clean), and
    times are in UTC. A query is cancelled after 60 seconds, unless SET statement_timeout comes first, and by Ctrl-C.
    CSV and JSON are streamed without a limit; a table shows the first 1,000 rows.

    Exits with 1 if a statement fails.
    """
    from belib_platform.local.reader_url import reader_url

    text = _text(query)
    if sys.stdout is None:
        raise NoOutputError("Standard output is closed, so results cannot be written.")
    settings = load_settings()
    with reader_url(settings) as url:
        if text is None:
            _open_shell(url)
        else:
            _answer(url, text, format or (Format.TABLE if sys.stdout.isatty() else Format.CSV))


def _text(query: str | None) -> str | None:
    """The query; None to open the interactive shell."""
    if query in {None, "-"} and sys.stdin is None:
        raise NotTextError("Standard input is closed, so no query can be read. Give it as an argument.")
    if query is None and sys.stdin.isatty():
        return None
    if query and query.startswith("-") and query != "-" and len(query.split()) == 1:
        raise typer.BadParameter(f"{query} is no option and no query.")
    try:
        if query is None or query == "-":
            return sys.stdin.buffer.read().decode("utf-8-sig")
        query.encode()  # an argument may contain any bytes
    except UnicodeError as error:
        raise NotTextError(f"The query is not text in UTF-8: {error}.") from None
    return query


def _open_shell(url: str) -> None:
    from belib_platform.cli.querying.connection import require_reader
    from belib_platform.cli.querying.shell import shell

    require_reader(url, _notice)
    raise typer.Exit(shell(url))


def _answer(url: str, query: str, output: Format) -> None:
    from belib_platform.cli.querying.connection import connected
    from belib_platform.cli.querying.formats import write_csv, write_json
    from belib_platform.cli.querying.results import results
    from belib_platform.cli.querying.tables import show

    with connected(url, _notice) as connection:
        found = results(connection, query)
        if output is Format.TABLE:
            show(found, Console())
            return
        sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr] # in any locale
        {Format.CSV: write_csv, Format.JSON: write_json}[output](found, sys.stdout)
        sys.stdout.flush()


def _notice(message: str) -> None:
    typer.echo(message, err=True)
