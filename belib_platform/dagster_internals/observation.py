"""Dagster's storage, observed by SQL over its own tables, so that whoever observes it need not load Dagster."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

import psycopg

from belib_platform.warehouse.read_only import read_only_transaction

EVALUATIONS_READ = 30_000
"""Newest evaluations of checks: about four days of all checks, each of which is evaluated at least once a day."""

RUNS_READ = 10_000

UNFINISHED = ("QUEUED", "NOT_STARTED", "STARTING", "STARTED", "CANCELING")
ENDED = ("SUCCESS", "FAILURE", "CANCELED")

CHECKS = """
    SELECT asset_key, check_name, execution_status, evaluation_event FROM asset_check_executions
    WHERE id IN (
        SELECT DISTINCT ON (asset_key, check_name) id FROM asset_check_executions
        WHERE id > (SELECT max(id) FROM asset_check_executions) - %(read)s
          AND execution_status IN ('SUCCEEDED', 'FAILED')
        ORDER BY asset_key, check_name, id DESC
    )
    ORDER BY asset_key, check_name
"""
"""Evaluations that are only planned change nothing."""

# Dagster's columns are in the session's time zone, and an instant that is cast to them, too.
RUNS = """
    SELECT pipeline_name, status, start_time, end_time FROM runs
    WHERE status = ANY(%(ended)s) AND update_timestamp > (now() - interval '2 days')::timestamp
      AND end_time IS NOT NULL
    ORDER BY update_timestamp DESC LIMIT %(read)s
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


@dataclass(frozen=True)
class Check:
    """The newest evaluation of a check; one of severity WARN that did not pass has warned."""

    asset: str
    name: str
    state: Literal["passed", "warned", "failed"]
    is_blocking: bool


@dataclass(frozen=True)
class Run:
    """A run that has ended (UTC); `duration_s` is None for one that never started."""

    job: str
    status: str
    ended_at: datetime
    duration_s: float | None


@dataclass(frozen=True)
class DagsterObservation:
    """What Dagster's storage holds.

    The newest evaluation of each check, runs that ended within two days (oldest first), unfinished runs by status, the
    newest heartbeat of each part of the daemon, the schedules and sensors that somebody stopped, and sensors' cursors.
    """

    checks: Sequence[Check] = ()
    ended: Sequence[Run] = ()
    unfinished: Mapping[str, int] = field(default_factory=dict)
    heartbeats: Mapping[str, datetime] = field(default_factory=dict)
    event_log_bytes: int = 0
    event_log_rows: int = 0
    stopped: frozenset[str] = frozenset()
    cursors: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def newest_heartbeat(self) -> datetime | None:
        """When any part of the daemon last reported that it runs."""
        return max(self.heartbeats.values(), default=None)


def observe_dagster(url: str) -> DagsterObservation:
    """Observe the storage at a URL; it is empty where Dagster never ran. Raises psycopg.Error."""
    with read_only_transaction(url) as connection:
        try:
            return _observe(connection)
        except psycopg.errors.UndefinedTable:
            return DagsterObservation()


def _observe(connection: psycopg.Connection[Any]) -> DagsterObservation:
    instigators = connection.execute(INSTIGATORS).fetchall()
    size, rows = connection.execute(EVENT_LOG).fetchone() or (0, 0)
    unfinished = dict(connection.execute(WAITING, {"unfinished": list(UNFINISHED)}).fetchall())
    return DagsterObservation(
        checks=[_check(*row) for row in connection.execute(CHECKS, {"read": EVALUATIONS_READ})],
        ended=list(_ended(connection)),
        unfinished={status.lower(): unfinished.get(status, 0) for status in UNFINISHED},
        heartbeats={daemon: at.astimezone(UTC) for daemon, at in connection.execute(HEARTBEATS)},
        event_log_bytes=size,
        event_log_rows=rows,
        stopped=frozenset(name for name, status, _ in instigators if status == "STOPPED"),
        cursors={name: cursor for name, _, cursor in instigators},
    )


def _check(asset_key: str, name: str, status: str, event: str) -> Check:
    evaluation = json.loads(event)["dagster_event"]["event_specific_data"]
    not_passed: Literal["warned", "failed"] = (
        "warned" if evaluation["severity"]["__enum__"].endswith(".WARN") else "failed"
    )
    state = "passed" if status == "SUCCEEDED" else not_passed
    return Check("/".join(json.loads(asset_key)), name, state, bool(evaluation["blocking"]))


def _ended(connection: psycopg.Connection[Any]) -> Iterator[Run]:
    newest_first = connection.execute(RUNS, {"ended": list(ENDED), "read": RUNS_READ}).fetchall()
    for job, status, started, ended in reversed(newest_first):
        duration = max(ended - started, 0.0) if started is not None else None
        yield Run(job, status.lower(), datetime.fromtimestamp(ended, UTC), duration)
