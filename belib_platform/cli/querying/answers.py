"""The answers to a text of SQL, read as they come: however long one is, only a part of it is in memory."""

import select
from collections.abc import Iterator
from typing import NamedTuple

import psycopg
from psycopg.pq import DiagnosticField, ExecStatus
from psycopg.pq.abc import PGconn, PGresult

from belib_platform.cli.querying.values import NUMBER_OIDS, Value, loader_of

ROWS = (ExecStatus.TUPLES_OK, ExecStatus.SINGLE_TUPLE)

TIMED_OUT = "57014"


class QueryError(Exception):
    """The server, or this module, refuses the query; the message says why, and where."""


class Column(NamedTuple):
    """A column of an answer."""

    name: str
    is_number: bool


class Answer(NamedTuple):
    """What one statement brought; `command` says which it was when it has no columns."""

    columns: list[Column]
    rows: Iterator[list[Value]]
    command: str = ""


def answers(connection: psycopg.Connection, query: str) -> Iterator[Answer]:
    """The answer to each statement, in order; those that follow are asked for once its rows are read.

    Raises QueryError for the first statement that fails, and when there is none.
    """
    if "\0" in query:
        raise QueryError("The query holds a zero byte, where the server would stop to read.")
    try:
        yield from _answers(connection.pgconn, query)
    except psycopg.OperationalError as error:
        raise QueryError(f"The connection is lost: {' '.join(str(error).split())}") from None


def _answers(pgconn: PGconn, query: str) -> Iterator[Answer]:
    # The simple protocol takes several statements, and numbers positions through all of them.
    pgconn.send_query(query.encode())
    pgconn.set_single_row_mode()
    while pgconn.flush():
        select.select([], [pgconn.socket], [])
    while (result := _next(pgconn, query)) is not None:
        if result.status == ExecStatus.EMPTY_QUERY:
            raise QueryError("The query holds no statement.")
        if result.status in ROWS:
            rows = _rows(pgconn, query, result)
            yield Answer(_columns(result), rows)
            for _ in rows:
                pass
        elif result.status == ExecStatus.COMMAND_OK:
            yield Answer([], iter(()), (result.command_status or b"").decode())
        else:
            raise QueryError("COPY is not answered here: ask for the rows, with --format csv.")
    if pgconn.parameter_status(b"client_encoding") != b"UTF8":  # the server says so at the end only
        raise QueryError("The query set client_encoding, so texts in its answers are wrong: they are read as UTF-8.")


def _rows(pgconn: PGconn, query: str, first: PGresult) -> Iterator[list[Value]]:
    columns = [(number, loader_of(first.ftype(number))) for number in range(first.nfields)]
    result: PGresult | None = first
    while result is not None:
        for row in range(result.ntuples):
            cells = ((load, result.get_value(row, number)) for number, load in columns)
            yield [None if cell is None else load(cell) for load, cell in cells]
        if result.status == ExecStatus.TUPLES_OK:
            return
        result = _next(pgconn, query)


def _columns(result: PGresult) -> list[Column]:
    numbers = range(result.nfields)
    return [Column((result.fname(n) or b"").decode(errors="replace"), result.ftype(n) in NUMBER_OIDS) for n in numbers]


def _next(pgconn: PGconn, query: str) -> PGresult | None:
    """The next result, None when there is none; Ctrl-C breaks the wait."""
    while pgconn.is_busy():
        select.select([pgconn.socket], [], [])
        pgconn.consume_input()
    result = pgconn.get_result()
    if result is not None and result.status == ExecStatus.FATAL_ERROR:
        raise QueryError(_sentence(result, query))
    return result


def _sentence(result: PGresult, query: str) -> str:
    def field(name: DiagnosticField) -> str:
        return " ".join((result.error_field(name) or b"").decode(errors="replace").split())

    message, hint = field(DiagnosticField.MESSAGE_PRIMARY), field(DiagnosticField.MESSAGE_HINT)
    position = field(DiagnosticField.STATEMENT_POSITION)
    if position:
        before = query[: int(position) - 1]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        message = f"Line {line}, column {column}: {message}"
    if field(DiagnosticField.SQLSTATE) == TIMED_OUT and "timeout" in message:
        hint = "Begin with SET statement_timeout = '10min'; to give it longer."
    return f"{message}. {hint}".strip()
