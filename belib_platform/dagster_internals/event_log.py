"""Dagster's event log in PostgreSQL: counts by type, and pruning of noise in small transactions."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import psycopg
from psycopg import errors

from belib_platform.dagster_internals.noise import IS_NOISE, MESSAGE, NOISE, Retention
from belib_platform.warehouse.connecting import connect, set_local

AT_ONCE = 10_000
"""Ids of events in one transaction: those of about sixty runs."""

CENSUS = f"""
    SELECT coalesce(dagster_event_type, %(message)s), count(*), sum(pg_column_size(event)),
           count(*) FILTER (WHERE is_noise), coalesce(sum(pg_column_size(event)) FILTER (WHERE is_noise), 0)
    FROM event_logs LEFT JOIN runs USING (run_id),
         LATERAL (SELECT coalesce(dagster_event_type, %(message)s) = ANY(%(noise)s) AND {IS_NOISE}) AS judged (is_noise)
    GROUP BY 1 ORDER BY 3 DESC
"""  # noqa: S608  # a constant

FIRST_NOISE = """
    SELECT least(
        (SELECT min(id + 0) FROM event_logs WHERE dagster_event_type = ANY(%(noise)s)),
        (SELECT min(id + 0) FROM event_logs WHERE dagster_event_type IS NULL)
    )
"""
"""`+ 0` keeps PostgreSQL from walking along the primary key, which takes long where a type has no event."""

LAST_EVENT = """
    SELECT max(id + 0) FROM event_logs WHERE run_id = (
        SELECT run_id FROM runs WHERE end_time < %(succeeded_before)s ORDER BY id DESC LIMIT 1
    )
"""
"""The last event of the newest run that ended long enough ago; later events of longer runs are pruned later."""

DELETE = f"""
    DELETE FROM event_logs USING runs
    WHERE runs.run_id = event_logs.run_id AND event_logs.id >= %(begin)s AND event_logs.id < %(end)s
      AND (dagster_event_type = ANY(%(noise)s) OR dagster_event_type IS NULL) AND {IS_NOISE}
    RETURNING coalesce(dagster_event_type, %(message)s), event_logs.run_id, pg_column_size(event)
"""  # noqa: S608  # a constant


class EventLogError(Exception):
    """Dagster's event log could not be read or pruned; the message says why. What was not pruned stays as it was."""


class EventCount(NamedTuple):
    """Rows of one type and bytes of their events as stored, and how much of both is noise."""

    type: str
    rows: int
    bytes: int
    noise_rows: int
    noise_bytes: int


@dataclass
class Pruned:
    """Rows and bytes deleted, by type; `is_complete` unless the time was over before all noise was deleted."""

    rows: dict[str, int] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)
    is_complete: bool = True

    def add(self, deleted: Iterable["Deleted"]) -> None:
        """Count deleted events."""
        for kind, _, size in deleted:
            self.rows[kind] = self.rows.get(kind, 0) + 1
            self.bytes[kind] = self.bytes.get(kind, 0) + size


Deleted = tuple[str, str, int]
"""Type, run id and bytes of an event that was deleted."""


def census(url: str, retention: Retention) -> list[EventCount]:
    """Counts of all types, the largest first; reads the whole log. Raises EventLogError."""
    with _connected(url) as connection, _transaction(connection):
        parameters = {"message": MESSAGE, "noise": list(NOISE), **retention.parameters()}
        rows = connection.execute(CENSUS, parameters).fetchall()
        return [EventCount(kind, *map(int, numbers)) for kind, *numbers in rows]


def prune(
    url: str, retention: Retention, *, budget_s: float, forget_output: Callable[[str], None], at_once: int = AT_ONCE
) -> Pruned:
    """Delete noise, oldest first, until none is left or the time is over; the space is then free for new events.

    `forget_output` removes what a run printed, given its id, before the event that says where it is is deleted. When
    the process is killed, the next call goes on with what was not committed. Raises EventLogError.
    """
    deadline, pruned = time.monotonic() + budget_s, Pruned()
    with _connected(url) as connection:
        for deleted in _batches(connection, retention, at_once, forget_output):
            pruned.add(deleted)
            if time.monotonic() > deadline:
                pruned.is_complete = False
                break
        if pruned.rows:
            with suppress(errors.QueryCanceled):  # by a session's timeout; the server's own vacuum comes later
                connection.execute("VACUUM (ANALYZE) event_logs")
    return pruned


def _batches(
    connection: psycopg.Connection[Any], retention: Retention, at_once: int, forget_output: Callable[[str], None]
) -> Iterator[list[Deleted]]:
    """The deleted events of each batch, once they are committed."""
    parameters = {**retention.parameters(), "noise": list(NOISE), "message": MESSAGE}
    with _transaction(connection):
        first, last = _number(connection, FIRST_NOISE, parameters), _number(connection, LAST_EVENT, parameters)
    for begin in range(first, last + 1, at_once):
        bounds = {"begin": begin, "end": min(begin + at_once, last + 1)}
        with _transaction(connection):
            deleted = connection.execute(DELETE, {**parameters, **bounds}).fetchall()
            for run_id in sorted({run_id for kind, run_id, _ in deleted if kind == "LOGS_CAPTURED"}):
                forget_output(run_id)
        if deleted:
            yield deleted


@contextmanager
def _transaction(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Without a timeout: behind a pooler, a session may still have that of Dagster's webserver."""
    with connection.transaction():
        set_local(connection, statement_timeout="0")
        yield


def _number(connection: psycopg.Connection[Any], statement: str, parameters: dict[str, Any]) -> int:
    (number,) = connection.execute(statement, parameters).fetchone() or (None,)
    return number or 0


@contextmanager
def _connected(url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection that commits each statement; errors become sentences, which show no password."""
    try:
        with connect(url, autocommit=True) as connection:
            yield connection
    except errors.UndefinedTable:
        raise EventLogError("Dagster's storage has no event log and runs in this database.") from None
    except psycopg.Error as error:
        raise EventLogError(f"Dagster's event log could not be reached: {str(error).strip()}") from None
