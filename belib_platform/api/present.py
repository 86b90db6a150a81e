"""SQL of the present: the state of every thing of a network at an instant, from what could be known then.

A run of a state is known from its first sighting on. Its last sighting, its count of polls and its operator's stamp are
learned later and are not read. `holds_until` is read only to compare it with the instant: a run that was prolonged
afterwards held at every instant in between, because its sightings are never further apart than the gap limit.
"""

from datetime import datetime, timedelta
from typing import Any

from belib_platform.api.database import Connection, rows
from belib_platform.api.networks import Network

STATE = """
state AS (
    SELECT thing.{key}, newest.*
    FROM {things} AS thing CROSS JOIN LATERAL (
        SELECT {held}
        FROM {runs} AS run
        WHERE run.{key} = thing.{key} AND first_seen_at <= %(at)s AND first_seen_at >= %(recent)s
        ORDER BY first_seen_at DESC
        LIMIT 1
    ) AS newest
)
"""

SINCE_DAYS = 7
"""How far back the beginning of a state is looked for."""

SINCE = """
WITH RECURSIVE back AS (
    SELECT newest.* FROM unnest(%(ids)s::text[]) AS asked (id) CROSS JOIN LATERAL (
        SELECT {columns} FROM {runs}
        WHERE {key} = id AND first_seen_at <= %(at)s AND first_seen_at >= %(earliest)s
        ORDER BY first_seen_at DESC
        LIMIT 1
    ) AS newest
    UNION ALL
    SELECT earlier.* FROM back AS later CROSS JOIN LATERAL (
        SELECT {columns} FROM {runs} AS run
        WHERE run.{key} = later.{key} AND first_seen_at < later.first_seen_at AND first_seen_at >= %(earliest)s
        ORDER BY first_seen_at DESC
        LIMIT 1
    ) AS earlier
    WHERE earlier.holds_until >= later.first_seen_at AND ({earlier}) IS NOT DISTINCT FROM ({later})
)
SELECT {key}, since_at, NOT EXISTS (
    SELECT FROM {runs} AS run
    WHERE run.{key} = began.{key} AND first_seen_at < since_at AND first_seen_at >= %(earliest)s
) AS is_first
FROM (SELECT {key}, min(first_seen_at) AS since_at FROM back GROUP BY {key}) AS began
"""
"""From the run that holds back to the one that it continues, and so on: only over midnight is there any, since a day's
runs of one state are merged."""


def state_of(network: Network) -> str:
    """SQL of `state`: the things observed on the UTC day of `at` or the one before, by key, and the state of each.

    The columns of the state are null where no run holds at `at`. Each thing is looked up by itself, so that a query
    which asks for few things reads the runs of few. Its parameters are those of `instants`.
    """
    held = ", ".join(f"CASE WHEN holds_until >= %(at)s THEN {name} END AS {name}" for name in network.observed.state)
    return STATE.format(key=network.key, things=network.things_table, runs=network.runs_table, held=held)


def instants(at: datetime) -> dict[str, Any]:
    """The parameters of `state_of`."""
    return {"at": at, "recent": _day_of(at) - timedelta(days=1)}


async def since(connection: Connection, network: Network, ids: list[str], at: datetime) -> dict[str, dict[str, Any]]:
    """By key, `since_at` and `is_since_exact`: when the state that holds was first seen.

    Where it is not exact, the state may be older: it is at least as old as what was looked at.
    """
    earliest = _day_of(at) - timedelta(days=SINCE_DAYS)
    state, columns = network.observed.state, (network.key, "first_seen_at", "holds_until", *network.observed.state)
    sql = SINCE.format(
        key=network.key,
        runs=network.runs_table,
        columns=", ".join(columns),
        earlier=", ".join(f"earlier.{name}" for name in state),
        later=", ".join(f"later.{name}" for name in state),
    )
    found = await rows(connection, sql, {"ids": ids, "at": at, "earliest": earliest})
    return {
        row[network.key]: {
            "since_at": row["since_at"],
            "is_since_exact": not (row["is_first"] and row["since_at"] < earliest + timedelta(days=1)),
        }
        for row in found
    }


async def add_since(connection: Connection, network: Network, items: list[dict[str, Any]], at: datetime) -> None:
    """Add to each item since when it has its state; null where none holds."""
    is_held, key = network.observed.state[0], network.key
    began = await since(connection, network, [item[key] for item in items if item[is_held] is not None], at)
    for item in items:
        item |= began.get(item[key], {"since_at": None, "is_since_exact": None})


def _day_of(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)
