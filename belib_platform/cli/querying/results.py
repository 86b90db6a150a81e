"""The results of SQL statements, streamed row by row with little memory."""

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
    """The query failed or is not supported; the message says why and where."""


class Column(NamedTuple):
    """A column of a result."""

    name: str
    is_number: bool


class Result(NamedTuple):
    """The result of one statement; `command` names a statement without rows."""

    columns: list[Column]
    rows: Iterator[list[Value]]
    command: str = ""


def results(connection: psycopg.Connection, query: str) -> Iterator[Result]:
    """The results of all statements in order. Read all rows of one before the next.

    Raises QueryError if a statement fails or there is none.
    """
    if "\0" in query:
        raise QueryError("The query contains a zero byte, where the server would stop reading.")
    try:
        yield from _results(connection.pgconn, query)
    except psycopg.OperationalError as error:
        raise QueryError(f"The connection is lost: {' '.join(str(error).split())}") from None


def _results(pgconn: PGconn, query: str) -> Iterator[Result]:
    # The simple query protocol accepts several statements, and error positions count through all of them.
    pgconn.send_query(query.encode())
    pgconn.set_single_row_mode()
    while pgconn.flush():
        select.select([], [pgconn.socket], [])
    while (result := _next(pgconn, query)) is not None:
        if result.status == ExecStatus.EMPTY_QUERY:
            raise QueryError("The query contains no statement.")
        if result.status in ROWS:
            rows = _rows(pgconn, query, result)
            yield Result(_columns(result), rows)
            for _ in rows:
                pass
        elif result.status == ExecStatus.COMMAND_OK:
            yield Result([], iter(()), (result.command_status or b"").decode())
        else:
            raise QueryError("COPY is not supported here: SELECT the rows with --format csv.")
    if pgconn.parameter_status(b"client_encoding") != b"UTF8":  # known only at the end
        raise QueryError("The query set client_encoding, so texts in its results are wrong: they are read as UTF-8.")


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
    """The next result; None at the end. Ctrl-C interrupts the wait."""
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
