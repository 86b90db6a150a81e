"""The warehouse as observed: rows by what was noted when they were written, records turned away by rule."""

import psycopg

from belib_platform.contracts.rejects import RECORD_COUNT_SQL
from belib_platform.monitoring.metrics.observation import Table, WarehouseLook
from belib_platform.monitoring.metrics.postgres import connected

COUNTED = 100_000
"""Rows of a day's rejected records that are looked at; more are as many."""

NOTED = """
    SELECT relation.schema, noted.asset, noted.rows, noted.rejected
    FROM (
        SELECT asset, sum(row_count)::bigint AS rows, sum(rejected_count)::bigint AS rejected
        FROM clean.written_window GROUP BY asset
    ) AS noted
    JOIN (
        SELECT nspname AS schema, relname AS name FROM pg_class JOIN pg_namespace ON relnamespace = pg_namespace.oid
        WHERE nspname IN ('clean', 'mart') AND relkind = 'r'
    ) AS relation ON relation.name = noted.asset
    ORDER BY 1, 2
"""

REJECTED = f"""
    SELECT asset, rule, sum({RECORD_COUNT_SQL})::bigint FROM (
        SELECT asset, rule, record FROM clean.rejected_record
        WHERE asset IN (SELECT DISTINCT asset FROM clean.written_window)
          AND fetched_at > now() - interval '1 day'
        LIMIT %(counted)s
    ) AS lately
    GROUP BY asset, rule ORDER BY asset, rule
"""  # noqa: S608 - a constant
"""By the primary key, which begins with table and instant."""


def look_at_warehouse(url: str) -> WarehouseLook:
    """What the warehouse holds; nothing where its tables are not made yet. Raises psycopg.Error without an answer."""
    with connected(url) as connection:
        try:
            tables = [Table(*row) for row in connection.execute(NOTED)]
            rejected = connection.execute(REJECTED, {"counted": COUNTED}).fetchall()
        except psycopg.errors.UndefinedTable:
            return WarehouseLook()
    return WarehouseLook(tables, {(table, rule): count for table, rule, count in rejected})
