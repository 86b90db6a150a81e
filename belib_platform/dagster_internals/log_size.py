"""Growth of Dagster's own storage: its event log, which is pruned of noise, and what else every run adds to."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import psycopg

from belib_platform.dagster_internals.noise import MESSAGE, NOISE
from belib_platform.monitoring.growth.growth import DAYS, Growth, of_rows

STORE = "Dagster"

ADDED_TO = {
    "event_logs": "",
    "asset_check_executions": "ASSET_CHECK_EVALUATION_PLANNED",
    "runs": "PIPELINE_START",
}
"""Tables, and the type of event of which each has a row an event; the log has one of all that is no noise."""

SIZES = """
    SELECT relname, pg_total_relation_size(oid), greatest(reltuples, 0)::bigint FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'
"""

EARLIER = """
    SELECT id, timestamp FROM event_logs WHERE dagster_event_type = 'PIPELINE_START'
      AND timestamp < timezone('UTC', now()) - %s * interval '1 day' ORDER BY id DESC LIMIT 1
"""
"""The last run's start before the week: what comes after it is the week's. No index knows the time."""

FIRST = "SELECT id - 1, timestamp FROM event_logs ORDER BY id LIMIT 1"

SINCE = """
    SELECT coalesce(dagster_event_type, %s), count(*) FROM event_logs WHERE id > %s GROUP BY 1
"""

EVENT_BYTES = """
    SELECT avg(pg_column_size(newest)) + pg_indexes_size('event_logs')::float / %s
    FROM (SELECT * FROM event_logs ORDER BY id DESC LIMIT 5000) AS newest
    WHERE coalesce(dagster_event_type, %s) <> ALL(%s)
"""
"""Of an event that stays, with its share of the indices: a pruned table's size tells of room, not of rows."""


def dagster_growth(connection: psycopg.Connection[Any], now: datetime) -> Iterator[Growth]:
    """By table; of the log's pace noise is no part, since what is pruned makes room. Raises psycopg.Error."""
    held = {name: (int(size), int(rows)) for name, size, rows in connection.execute(SIZES)}
    if "event_logs" not in held:
        return
    since = _since(connection, now)
    for name, kind in ADDED_TO.items():
        size, rows = held.pop(name)
        growth = of_rows(STORE, name, rows or _counted(connection, name), size, since.get(kind) if since else None)
        yield growth if kind else _of_log(connection, growth)
    yield Growth(store=STORE, name=f"{len(held)} other tables", bytes=sum(size for size, _ in held.values()))


def _since(connection: psycopg.Connection[Any], now: datetime) -> dict[str, float] | None:
    """Events a day by type, and under an empty name of all that is no noise; None before a day is over."""
    first = connection.execute(EARLIER, [DAYS]).fetchone() or connection.execute(FIRST).fetchone()
    if first is None:
        return None
    number, began = first
    days = min((now - began.replace(tzinfo=UTC)).total_seconds() / 86_400, DAYS)
    if days < 1:
        return None
    counts = dict(connection.execute(SINCE, [MESSAGE, number]).fetchall())
    kept = sum(count for kind, count in counts.items() if kind not in NOISE)
    return {kind: count / days for kind, count in {**counts, "": kept}.items()}


def _of_log(connection: psycopg.Connection[Any], growth: Growth) -> Growth:
    if not growth.rows or growth.rows_per_day is None:
        return growth
    (each,) = connection.execute(EVENT_BYTES, [growth.rows, MESSAGE, list(NOISE)]).fetchone() or (None,)
    return replace(growth, bytes_per_day=growth.rows_per_day * float(each) if each else None)


def _counted(connection: psycopg.Connection[Any], table: str) -> int:
    """Rows of a table that was never analysed, which is a small one."""
    statement = psycopg.sql.SQL("SELECT count(*) FROM {}").format(psycopg.sql.Identifier(table))
    (rows,) = connection.execute(statement).fetchone() or (0,)
    return int(rows)
