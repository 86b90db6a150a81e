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

SINCE = """
WITH runs AS (
    SELECT
        {key},
        first_seen_at,
        lag(first_seen_at) OVER earlier IS NULL AS is_first,
        ({state}) IS NOT DISTINCT FROM ({state_before}) AND lag(holds_until) OVER earlier >= first_seen_at AS continues
    FROM {runs}
    WHERE {key} = ANY(%(ids)s) AND first_seen_at <= %(at)s AND first_seen_at >= %(earliest)s
    WINDOW earlier AS (PARTITION BY {key} ORDER BY first_seen_at)
)
SELECT DISTINCT ON ({key}) {key}, first_seen_at AS since_at, is_first
FROM runs
WHERE continues IS NOT TRUE
ORDER BY {key}, first_seen_at DESC
"""


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
    earliest = _day_of(at) - timedelta(days=network.since_days)
    sql = SINCE.format(
        key=network.key,
        runs=network.runs_table,
        state=", ".join(network.observed.state),
        state_before=", ".join(f"lag({name}) OVER earlier" for name in network.observed.state),
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
