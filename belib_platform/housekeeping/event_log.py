"""Dagster's event log in PostgreSQL: counted by type, and pruned of noise in small transactions."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import psycopg
from psycopg import errors, sql

from belib_platform.housekeeping.noise import IS_NOISE, MESSAGE, NOISE, RUN_ENDS, Retention

AT_ONCE = 5_000
"""Rows of one transaction: about 7 MB, a tenth of a second."""

CENSUS = f"""
    SELECT coalesce(dagster_event_type, %(message)s), count(*), sum(pg_column_size(event)),
           count(*) FILTER (WHERE is_noise), coalesce(sum(pg_column_size(event)) FILTER (WHERE is_noise), 0)
    FROM event_logs LEFT JOIN runs USING (run_id),
         LATERAL (SELECT coalesce(dagster_event_type, %(message)s) = ANY(%(noise)s) AND {IS_NOISE}) AS judged (is_noise)
    GROUP BY 1 ORDER BY 3 DESC
"""  # noqa: S608  # a constant

LAST_END = """
    SELECT coalesce(max(newest.id), 0) FROM unnest(%(ends)s::text[]) AS run_end (type), LATERAL (
        SELECT id FROM event_logs
        WHERE dagster_event_type = run_end.type
          AND timestamp < to_timestamp(%(succeeded_before)s) AT TIME ZONE 'UTC'
        ORDER BY id DESC LIMIT 1
    ) AS newest
"""
"""No event of a run that is long over comes after it, but for what its process said when it went."""

DELETE = f"""
    DELETE FROM event_logs WHERE id IN (
        SELECT event_logs.id FROM event_logs JOIN runs USING (run_id)
        WHERE {{of_type}} AND event_logs.id > %(after)s AND event_logs.id <= %(last)s AND {IS_NOISE}
        ORDER BY event_logs.id LIMIT %(at_once)s
    )
    RETURNING id, run_id, pg_column_size(event)
"""  # noqa: S608  # a constant


class EventLogError(Exception):
    """Dagster's event log could not be read or pruned; the message says why. What was not pruned stays whole."""


class EventCount(NamedTuple):
    """Rows of one type, bytes of their events as stored, and what of both is noise."""

    type: str
    rows: int
    bytes: int
    noise_rows: int
    noise_bytes: int


@dataclass
class Pruned:
    """Rows and bytes that went, by type; `is_complete` unless the time was over before all had gone."""

    rows: dict[str, int] = field(default_factory=dict)
    bytes: dict[str, int] = field(default_factory=dict)
    is_complete: bool = True

    def add(self, kind: str, sizes: list[int]) -> None:
        """Count what went."""
        self.rows[kind] = self.rows.get(kind, 0) + len(sizes)
        self.bytes[kind] = self.bytes.get(kind, 0) + sum(sizes)


def census(url: str, retention: Retention) -> list[EventCount]:
    """All types of the log, the largest first; reads the whole log. Raises EventLogError."""
    with _connected(url) as connection:
        parameters = {"message": MESSAGE, "noise": list(NOISE), **retention.parameters()}
        rows = connection.execute(CENSUS, parameters).fetchall()
        return [EventCount(kind, *map(int, numbers)) for kind, *numbers in rows]


def prune(
    url: str, retention: Retention, *, budget_s: float, forget_output: Callable[[str], None], at_once: int = AT_ONCE
) -> Pruned:
    """Delete noise, oldest first, until none is left or the time is over; the space is then free for new events.

    `forget_output` removes what a run printed, by its id, before the event goes that says where it is. Killed on the
    way, what is committed is gone and the rest stays for the next call. Raises EventLogError.
    """
    deadline, pruned = time.monotonic() + budget_s, Pruned()
    with _connected(url) as connection:
        parameters = {**retention.parameters(), "last": _last_end(connection, retention), "at_once": at_once}
        for kind, sizes in _batches(connection, parameters, forget_output):
            pruned.add(kind, sizes)
            if time.monotonic() > deadline:
                pruned.is_complete = False
                break
        if pruned.rows:
            connection.execute("VACUUM (ANALYZE) event_logs")
    return pruned


def _batches(
    connection: psycopg.Connection[Any], parameters: dict[str, Any], forget_output: Callable[[str], None]
) -> Iterator[tuple[str, list[int]]]:
    """Type and sizes of the events of each batch that is gone for good."""
    for kind in NOISE:
        of_type = "dagster_event_type IS NULL" if kind == MESSAGE else "dagster_event_type = %(type)s"
        statement = sql.SQL(DELETE).format(of_type=sql.SQL(of_type))
        after, full = 0, True
        while full:
            with connection.transaction():
                gone = connection.execute(statement, {**parameters, "type": kind, "after": after}).fetchall()
                if kind == "LOGS_CAPTURED":
                    _forget({run_id for _, run_id, _ in gone}, forget_output)
            full = len(gone) == parameters["at_once"]
            if gone:
                after = max(number for number, _, _ in gone)
                yield kind, [size for _, _, size in gone]


def _forget(runs: Iterable[str], forget_output: Callable[[str], None]) -> None:
    for run_id in sorted(runs):
        forget_output(run_id)


def _last_end(connection: psycopg.Connection[Any], retention: Retention) -> int:
    (last,) = connection.execute(LAST_END, {"ends": list(RUN_ENDS), **retention.parameters()}).fetchone() or (0,)
    return int(last)


@contextmanager
def _connected(url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection that commits each statement; errors become sentences, which show no password."""
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=10) as connection:
            yield connection
    except errors.UndefinedTable:
        raise EventLogError("Dagster's storage has no event log and runs in this database.") from None
    except psycopg.Error as error:
        raise EventLogError(f"Dagster's event log was not to be had: {str(error).strip()}") from None
