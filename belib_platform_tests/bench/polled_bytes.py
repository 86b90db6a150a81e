"""What tables take after a day polled five minutes apart, beside what they take once PostgreSQL packs them anew."""

import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import time_machine

from belib_platform.contracts.contract import qualified_name
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.importing import import_recordings
from belib_platform.settings import load_settings
from belib_platform.sources.arrondissements import ARRONDISSEMENTS
from belib_platform.warehouse.registry import MADE_TABLES
from belib_platform_tests.bench.load import (
    DAY,
    FEED,
    POLLS_A_DAY,
    Load,
    midnight,
    paris_without_outages,
    write_load,
)
from belib_platform_tests.bench.ours import make_day
from belib_platform_tests.bench.results import Row
from belib_platform_tests.bench.site import Ground, Site

GROUP = f"PostgreSQL after {POLLS_A_DAY} polls of a day"
MIB = 2**20

LIVE = [table for table in MADE_TABLES if table.is_live and ARRONDISSEMENTS not in table.sources]
"""The live tables of a recorded day, which has no borders."""


def polled_rows(ground: Ground, stations: int) -> Iterator[Row]:
    """A row for each table that polls write: MiB with indexes, and how many times what VACUUM FULL leaves.

    The polls follow each other at once. So autovacuum wakes every second here, which in five minutes it does, too.
    """
    site, paris = ground.new_site("polled"), paris_without_outages(DAY, 1, stations)
    with psycopg.connect(site.urls.postgres, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET autovacuum_naptime = 1")
        connection.execute("SELECT pg_reload_conf()")
        with tempfile.TemporaryDirectory(prefix="belib-bench-polls-") as folder:
            _poll(site, write_load(paris, Path(folder), midnight(DAY), midnight(DAY) + timedelta(days=1)))
        connection.execute("ALTER SYSTEM RESET autovacuum_naptime")
        connection.execute("SELECT pg_reload_conf()")
        tables = [qualified_name(table.contract) for table in LIVE]
        grown = {table: _bytes(connection, table) for table in tables}
        for table in tables:
            connection.execute(f"VACUUM FULL {table}")
            times = f"{grown[table] / _bytes(connection, table):.2f} times that after VACUUM FULL"
            yield Row(GROUP, table, [grown[table] / MIB], "MiB", times)


def _poll(site: Site, load: Load) -> None:
    """Keep one recorded response after the other, and make the live tables after each of the feed, as at its time."""
    store = site.entered().store()
    for entry in sorted(load.entries, key=lambda entry: entry["fetched_at"]):
        then = datetime.fromisoformat(entry["fetched_at"]) + timedelta(seconds=10)
        with time_machine.travel(then), tempfile.TemporaryDirectory(prefix="belib-bench-poll-") as folder:
            load.only([entry], Path(folder))
            import_recordings(find_recordings(Path(folder)), load_settings(), store)
            if entry["source"] == FEED:
                make_day(site, then.date(), LIVE, full_refresh=False)


def _bytes(connection: psycopg.Connection, table: str) -> int:
    row = connection.execute("SELECT pg_total_relation_size(%s)", (table,)).fetchone()
    return int(row[0]) if row else 0
