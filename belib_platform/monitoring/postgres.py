"""PostgreSQL as observed: tables, and records rejected by rule."""

import psycopg

from belib_platform.contracts.rejects import RECORD_COUNT_SQL
from belib_platform.monitoring.observation import PostgresObservation, Table
from belib_platform.warehouse.read_only import read_only_transaction

REJECTS_READ = 100_000
"""Rows of a day's rejected records, at most."""

TABLES = """
    SELECT nspname, relname, noted.rows, coalesce(noted.rejected, 0), pg_total_relation_size(pg_class.oid)
    FROM pg_class JOIN pg_namespace ON relnamespace = pg_namespace.oid
    LEFT JOIN (
        SELECT asset, sum(row_count)::bigint AS rows, sum(rejected_count)::bigint AS rejected
        FROM clean.written_window GROUP BY asset
    ) AS noted ON noted.asset = relname
    WHERE nspname IN ('clean', 'mart') AND relkind = 'r'
    ORDER BY 1, 2
"""
"""Rows as they were noted when they were written: counting them takes too long."""

REJECTED = f"""
    SELECT asset, rule, sum({RECORD_COUNT_SQL})::bigint FROM (
        SELECT asset, rule, record FROM clean.rejected_record
        WHERE asset IN (SELECT DISTINCT asset FROM clean.written_window)
          AND fetched_at > now() - interval '1 day'
        LIMIT %(read)s
    ) AS recent
    GROUP BY asset, rule ORDER BY asset, rule
"""  # noqa: S608 - a constant
"""By the primary key, which begins with table and instant."""


def observe_postgres(url: str) -> PostgresObservation:
    """Observe the warehouse at a URL; it is empty where its tables are not made yet. Raises psycopg.Error."""
    with read_only_transaction(url) as connection:
        try:
            tables = [Table(*row) for row in connection.execute(TABLES)]
            rejected = connection.execute(REJECTED, {"read": REJECTS_READ}).fetchall()
        except psycopg.errors.UndefinedTable:
            return PostgresObservation()
    return PostgresObservation(tables, {(table, rule): count for table, rule, count in rejected})
