"""SQL of the present: the state of every charge point at an instant, from what could be known then.

A run of status is known from its first sighting on. Its last sighting, its count of polls and its operator's stamp are
learned later and are not read. `holds_until` is read only to compare it with the instant: a run that was prolonged
afterwards held at every instant in between, because its sightings are never further apart than the gap limit.
"""

from datetime import datetime, timedelta
from typing import Any

from belib_platform.api.database import Connection, rows

SINCE_DAYS = 7
"""How far back the beginning of a status is looked for."""

STATE = """
state AS (
    SELECT point.charge_point_id, newest.status
    FROM clean.charge_point AS point CROSS JOIN LATERAL (
        SELECT CASE WHEN holds_until >= %(at)s THEN status END AS status
        FROM clean.charge_point_status AS run
        WHERE run.charge_point_id = point.charge_point_id AND first_seen_at <= %(at)s AND first_seen_at >= %(recent)s
        ORDER BY first_seen_at DESC
        LIMIT 1
    ) AS newest
)
"""
"""The charge points observed on the UTC day of `at` or the one before, with a null status where none holds at `at`.

Each is looked up by itself, so that a query which asks for few charge points reads the runs of few.
"""

SINCE = """
WITH runs AS (
    SELECT
        charge_point_id,
        first_seen_at,
        lag(first_seen_at) OVER earlier IS NULL AS is_first,
        lag(status) OVER earlier = status AND lag(holds_until) OVER earlier >= first_seen_at AS continues
    FROM clean.charge_point_status
    WHERE charge_point_id = ANY(%(ids)s) AND first_seen_at <= %(at)s AND first_seen_at >= %(earliest)s
    WINDOW earlier AS (PARTITION BY charge_point_id ORDER BY first_seen_at)
)
SELECT DISTINCT ON (charge_point_id) charge_point_id, first_seen_at AS since_at, is_first
FROM runs
WHERE continues IS NOT TRUE
ORDER BY charge_point_id, first_seen_at DESC
"""


def instants(at: datetime) -> dict[str, Any]:
    """The parameters of STATE."""
    return {"at": at, "recent": _day_of(at) - timedelta(days=1)}


async def since(connection: Connection, ids: list[str], at: datetime) -> dict[str, dict[str, Any]]:
    """By charge point, `since_at` and `is_since_exact`: when the status that holds was first seen.

    Where it is not exact, the status may be older: it is at least as old as what was looked at.
    """
    earliest = _day_of(at) - timedelta(days=SINCE_DAYS)
    found = await rows(connection, SINCE, {"ids": ids, "at": at, "earliest": earliest})
    return {
        row["charge_point_id"]: {
            "since_at": row["since_at"],
            "is_since_exact": not (row["is_first"] and row["since_at"] < earliest + timedelta(days=1)),
        }
        for row in found
    }


def _day_of(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)
