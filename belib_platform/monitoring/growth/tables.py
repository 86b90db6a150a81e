"""Growth of the warehouse: every table, by what was noted of the windows written."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import psycopg

from belib_platform.monitoring.growth.growth import Growth, closed_days, of_rows, pace

STORE = "PostgreSQL"

SIZES = """
    SELECT relname, pg_total_relation_size(pg_class.oid) FROM pg_class
    JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = ANY(%s) AND relkind = 'r' ORDER BY nspname, relname
"""

NOTED = """
    SELECT asset, window_key, row_count FROM clean.written_window
    UNION ALL SELECT 'rejected_record', window_key, sum(rejected_count) FROM clean.written_window GROUP BY window_key
    UNION ALL SELECT 'written_window', window_key, count(*) FROM clean.written_window GROUP BY window_key
"""


def table_growth(connection: psycopg.Connection[Any], today: date) -> Iterator[Growth]:
    """By table; counts no rows but those of the notes. Raises psycopg.Error."""
    sizes = connection.execute(SIZES, [["clean", "mart"]]).fetchall()
    if not sizes:
        return
    noted: dict[str, dict[str, int]] = {}
    for asset, key, rows in connection.execute(NOTED):
        noted.setdefault(asset, {})[key] = int(rows)
    for name, size in sizes:
        partitions = noted.get(name, {})
        by_day = {day: partitions.get(day.isoformat(), 0) for day in closed_days(today)}
        yield of_rows(STORE, name, sum(partitions.values()), int(size), pace(by_day))
