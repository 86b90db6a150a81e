"""The outbox as the publisher reads it: what comes after a position, over one connection that is renewed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import IsolationLevel
from psycopg.rows import dict_row

from belib_platform.kafka.position import Position
from belib_platform.warehouse.change_events import CHANGES_AFTER, KEPT
from belib_platform.warehouse.connecting import connect, set_local
from belib_platform.warehouse.waiting import AWAY, reason_of

LIMIT = 1000
"""Of changes that are read at once."""

STATEMENT_TIMEOUT_MS = 5000

NEXT = "SELECT min(id) AS id FROM mart.change WHERE id > %(after)s"

RECORDED_AT = "SELECT recorded_at FROM mart.change WHERE id = %(id)s"


class OutboxAwayError(Exception):
    """The outbox cannot be read, or not yet; the message says why and may be followed by a full stop."""


class AnotherWarehouseError(Exception):
    """The position is none of this warehouse; the message says so."""


@dataclass(frozen=True)
class Found:
    """What comes after a position: rows with consecutive ids, and how many ids before them the outbox lacks."""

    rows: list[dict[str, Any]]
    lost: int
    start: Position
    """Where the rows begin: the position, or the last id before the next change that is kept."""
    newest: int
    """The id of the newest change that is kept."""


class Outbox:
    """Reads `mart.change` with a role that only reads; works through a pooler that gives connections by transaction."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.Connection[Any] | None = None

    def after(self, position: Position | None) -> Found:
        """At most LIMIT changes after a position, or from the oldest one on that is kept, up to one that is missing.

        A missing one is at the beginning of what comes next. Raises OutboxAwayError, and AnotherWarehouseError.
        """
        with self._transaction() as cursor:
            kept = cursor.execute(KEPT).fetchone() or {}
            if position:
                _require_same(cursor, position, kept["newest"])
            start = _start(cursor, position) if position else Position(kept["oldest"] - 1, None)
            asked = {"after": start.change_id, "limit": LIMIT}
            rows = cursor.execute(CHANGES_AFTER, asked).fetchall()
            consecutive = [row for place, row in enumerate(rows, start.change_id + 1) if row["id"] == place]
            lost = start.change_id - position.change_id if position else 0
            return Found(consecutive, lost, start, kept["newest"])

    def close(self) -> None:
        """Give the connection back."""
        if self._connection:
            self._connection.close()
            self._connection = None

    @contextmanager
    def _transaction(self) -> Iterator[psycopg.Cursor[dict[str, Any]]]:
        """One read-only transaction, all of whose queries see the same rows."""
        try:
            connection = self._connected()
            with connection.transaction(), connection.cursor(row_factory=dict_row) as cursor:
                set_local(connection, TimeZone="UTC", statement_timeout=str(STATEMENT_TIMEOUT_MS))
                yield cursor
        except AWAY as error:
            self.close()
            raise OutboxAwayError(reason_of(error)) from None

    def _connected(self) -> psycopg.Connection[Any]:
        if self._connection is None:
            self._connection = connect(self._url, read_only=True)
            self._connection.isolation_level = IsolationLevel.REPEATABLE_READ
        return self._connection


def _start(cursor: psycopg.Cursor[dict[str, Any]], position: Position) -> Position:
    """The position, or the last id before the next change if others between them are missing."""
    following = (cursor.execute(NEXT, {"after": position.change_id}).fetchone() or {})["id"]
    is_next = following in (None, position.change_id + 1)
    return position if is_next else Position(following - 1, None)


def _require_same(cursor: psycopg.Cursor[dict[str, Any]], position: Position, newest: int) -> None:
    if position.change_id > newest:
        raise AnotherWarehouseError(
            f"the topic has changes up to {position.change_id}, but the newest of the outbox is {newest}"
        )
    same = cursor.execute(RECORDED_AT, {"id": position.change_id}).fetchone()
    if same and position.recorded_at and same["recorded_at"] != position.recorded_at:
        raise AnotherWarehouseError(
            f"the change {position.change_id} was written at {position.recorded_at:%Y-%m-%d %H:%M:%S} UTC as the topic "
            f"has it, but at {same['recorded_at']:%Y-%m-%d %H:%M:%S} UTC in the outbox"
        )
