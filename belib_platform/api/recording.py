"""The statements that an answer is made of, for those who want to ask the warehouse the same themselves."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import psycopg

_RECORDED: ContextVar[list[str] | None] = ContextVar("recorded", default=None)


@contextmanager
def recording() -> Iterator[list[str]]:
    """The statements that run in this context, in their order, each on one line with its parameters in it."""
    statements: list[str] = []
    token = _RECORDED.set(statements)
    try:
        yield statements
    finally:
        _RECORDED.reset(token)


def record(connection: psycopg.AsyncConnection[Any], sql: str, parameters: Mapping[str, Any]) -> None:
    """Note a statement, if anybody records. No statement of ours has a comment or a text with two blanks."""
    if (statements := _RECORDED.get()) is not None:
        statements.append(psycopg.AsyncClientCursor(connection).mogrify(" ".join(sql.split()), parameters))
