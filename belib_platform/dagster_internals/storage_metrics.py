"""Dagster's storage as observed, in SQL over its own tables: an observer need not load Dagster, nor what runs in it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import psycopg

from belib_platform.monitoring.metrics.alerts import alerts_open
from belib_platform.monitoring.metrics.checks import newest_checks
from belib_platform.monitoring.metrics.observation import DagsterLook, Run
from belib_platform.monitoring.metrics.postgres import connected

POLLING = "belib_five_minutely"
"""The schedule of polls."""

UNFINISHED = ("QUEUED", "NOT_STARTED", "STARTING", "STARTED", "CANCELING")
ENDED = ("SUCCESS", "FAILURE", "CANCELED")

RUNS_AT_MOST = 10_000

# Dagster's columns are in the session's time zone, and an instant that is cast to them, too.
RUNS = """
    SELECT pipeline_name, status, start_time, end_time FROM runs
    WHERE status = ANY(%(ended)s) AND update_timestamp > (now() - interval '2 days')::timestamp
      AND end_time IS NOT NULL
    ORDER BY update_timestamp DESC LIMIT %(at_most)s
"""
WAITING = "SELECT status, count(*) FROM runs WHERE status = ANY(%(unfinished)s) GROUP BY status"
HEARTBEATS = "SELECT lower(daemon_type), timestamp::timestamptz FROM daemon_heartbeats"
EVENT_LOG = """
    SELECT pg_total_relation_size(relid), n_live_tup FROM pg_stat_user_tables WHERE relid = to_regclass('event_logs')
"""
INSTIGATORS = """
    SELECT instigator_body::jsonb #>> '{origin,job_name}', status,
           instigator_body::jsonb #>> '{job_specific_data,cursor}'
    FROM instigators
"""


def look_at_dagster(url: str) -> DagsterLook:
    """What Dagster remembers; nothing where it never ran. Raises psycopg.Error without an answer."""
    with connected(url) as connection:
        try:
            return _look(connection)
        except psycopg.errors.UndefinedTable:
            return DagsterLook()


def _look(connection: psycopg.Connection[Any]) -> DagsterLook:
    instigators = connection.execute(INSTIGATORS).fetchall()
    size, rows = connection.execute(EVENT_LOG).fetchone() or (0, 0)
    return DagsterLook(
        checks=newest_checks(connection),
        ended=list(_ended(connection)),
        unfinished=_unfinished(connection),
        heartbeats={daemon: at.astimezone(UTC) for daemon, at in connection.execute(HEARTBEATS)},
        event_log_bytes=size,
        event_log_rows=rows,
        alerts_open=alerts_open({name: cursor for name, _, cursor in instigators}),
        polling_is_on=_is_on(POLLING, instigators),
    )


def _ended(connection: psycopg.Connection[Any]) -> Iterator[Run]:
    newest_first = connection.execute(RUNS, {"ended": list(ENDED), "at_most": RUNS_AT_MOST}).fetchall()
    for job, status, started, ended in reversed(newest_first):
        duration = max(ended - started, 0.0) if started is not None else None
        yield Run(job, status.lower(), datetime.fromtimestamp(ended, UTC), duration)


def _unfinished(connection: psycopg.Connection[Any]) -> Mapping[str, int]:
    found = dict(connection.execute(WAITING, {"unfinished": list(UNFINISHED)}).fetchall())
    return {status.lower(): found.get(status, 0) for status in UNFINISHED}


def _is_on(schedule: str, instigators: Sequence[tuple[str, str, str | None]]) -> bool:
    """Unless somebody stopped it: it is declared as running."""
    return all(status != "STOPPED" for name, status, _ in instigators if name == schedule)
