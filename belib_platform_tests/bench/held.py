"""How many bytes each store holds of the days that were made, and plain sightings of as many."""

import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import psycopg

from belib_platform.monitoring.elasticsearch import observe_elasticsearch
from belib_platform.settings import load_settings
from belib_platform_tests.bench import bulk_copy
from belib_platform_tests.bench.load import midnight, paris_without_outages, write_load
from belib_platform_tests.bench.results import Row
from belib_platform_tests.bench.site import Ground, Site

GROUP = "Bytes in each store"
MIB = 2**20

OF_LAYER = """
SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class
WHERE relnamespace = %(layer)s::regnamespace AND relkind = 'r'
"""
LARGEST = """
SELECT relname, reltuples::bigint, pg_total_relation_size(oid) / 2^20, pg_indexes_size(oid) / 2^20 FROM pg_class
WHERE relnamespace IN ('clean'::regnamespace, 'mart'::regnamespace) AND relkind = 'r'
ORDER BY 3 DESC LIMIT 4
"""


def byte_rows(servers: Ground, site: Site, raw: str, first_day: date, days: int, stations: int) -> Iterator[Row]:
    """What each store holds. The local Elasticsearch keeps the newest two days alone, in memory."""
    files = sum(file.stat().st_size for file in (servers.settings.home / "mongo").glob(f"{raw}.*"))
    yield Row(GROUP, "MongoDB", [files / MIB], "MiB", "files of the local server: every body, compressed")
    with psycopg.connect(site.urls.postgres) as connection:
        # also what autovacuum would do by itself, had nobody asked at once
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")
        for layer in ("clean", "mart"):
            yield Row(GROUP, f"PostgreSQL, {layer}", [_number(connection, OF_LAYER, layer=layer) / MIB], "MiB")
        for name, rows, size, of_it in connection.execute(LARGEST).fetchall():
            yield Row(GROUP, f"of it, {name}", [size], "MiB", f"{rows:,} rows; indexes {of_it:,.0f} MiB")
    yield _plain_sightings(servers, first_day, days, stations)
    with psycopg.connect(site.urls.dagster_postgres) as connection:
        dagster = _number(connection, "SELECT pg_database_size(current_database())")
    yield Row(GROUP, "PostgreSQL, Dagster's storage", [dagster / MIB], "MiB")
    indices = observe_elasticsearch(site.urls.elasticsearch, load_settings().search_prefix).tables
    yield Row(GROUP, "Elasticsearch", [sum(index.bytes or 0 for index in indices) / MIB], "MiB", "two days")


def _plain_sightings(servers: Ground, first_day: date, days: int, stations: int) -> Row:
    url = servers.database("plain").postgres
    with tempfile.TemporaryDirectory(prefix="belib-bench-plain-") as folder:
        paris = paris_without_outages(first_day, 1, stations)
        load = write_load(paris, Path(folder), midnight(first_day), midnight(first_day + timedelta(days=1)))
        bulk_copy.copied(url, load, "plain", bulk_copy.KEY, bulk_copy.by_adbc)
    with psycopg.connect(url) as connection:
        size = _number(connection, "SELECT pg_total_relation_size('plain')")
    return Row(
        GROUP, "plain sightings, keyed, instead of clean and mart", [days * size / MIB], "MiB",
        extrapolated_from=f"1 of {days} days",
    )  # fmt: skip


def _number(connection: psycopg.Connection, statement: str, **values: str) -> float:
    row = connection.execute(statement, values).fetchone()
    return float(row[0]) if row else 0.0
