"""`belib sql`: questions to the warehouse, asked by a role that only reads."""

import sys
from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console

from belib_platform.settings import load_settings

COMMENTS_ARE_QUERIES = {"ignore_unknown_options": True}
"""What begins with -- is no option unless there is one of that name: queries that are kept in files begin so."""


class Format(StrEnum):
    """How answers are written."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


class NotTextError(Exception):
    """What is to be the query is not text in UTF-8, or cannot be read at all."""


class NoOutputError(Exception):
    """Answers cannot be written anywhere."""


def sql(
    query: Annotated[
        str | None,
        typer.Argument(
            metavar="QUERY", help="One or more statements; - reads them from standard input.", show_default=False
        ),
    ] = None,
    format: Annotated[  # noqa: A002 - the option's name
        Format | None,
        typer.Option(
            "--format",
            metavar="FORMAT",
            help="How to write rows: table, csv or json. Not given: table on a terminal, csv into a file or a pipe.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Ask the warehouse in SQL; without QUERY, in an interactive shell.

    The role that asks can only read: the server refuses writes. Tables are found without their schema, mart before
    clean; times are UTC. A query ends after 60 seconds, unless SET statement_timeout comes first, or with Ctrl-C.
    CSV and JSON are written as rows come, however many; a table shows the first 1,000 rows.

    Exit code 1 when a statement fails.
    """
    from belib_platform.local.reader_url import reader_url

    text = _text(query)
    if sys.stdout is None:
        raise NoOutputError("Standard output is closed, so there is nowhere to write answers.")
    settings = load_settings()
    with reader_url(settings) as url:
        if text is None:
            _open_shell(url)
        else:
            _answer(url, text, format or (Format.TABLE if sys.stdout.isatty() else Format.CSV))


def _text(query: str | None) -> str | None:
    """The query, None where the user is to type it into a shell."""
    if query in {None, "-"} and sys.stdin is None:
        raise NotTextError("Standard input is closed, so there is no query to read: give it as an argument.")
    if query is None and sys.stdin.isatty():
        return None
    if query and query.startswith("-") and query != "-" and len(query.split()) == 1:
        raise typer.BadParameter(f"{query} is no option, and no query.")
    try:
        if query is None or query == "-":
            return sys.stdin.buffer.read().decode("utf-8-sig")
        query.encode()  # an argument may hold any bytes
    except UnicodeError as error:
        raise NotTextError(f"The query is not text in UTF-8: {error}.") from None
    return query


def _open_shell(url: str) -> None:
    from belib_platform.cli.querying.connection import require_reader
    from belib_platform.cli.querying.shell import shell

    require_reader(url, _notice)
    raise typer.Exit(shell(url))


def _answer(url: str, query: str, how: Format) -> None:
    from belib_platform.cli.querying.answers import answers
    from belib_platform.cli.querying.connection import connected
    from belib_platform.cli.querying.formats import write_csv, write_json
    from belib_platform.cli.querying.tables import show

    with connected(url, _notice) as connection:
        found = answers(connection, query)
        if how is Format.TABLE:
            show(found, Console())
            return
        sys.stdout.reconfigure(encoding="utf-8", newline="")  # type: ignore[union-attr] # whatever the locale is
        {Format.CSV: write_csv, Format.JSON: write_json}[how](found, sys.stdout)
        sys.stdout.flush()


def _notice(message: str) -> None:
    typer.echo(message, err=True)
