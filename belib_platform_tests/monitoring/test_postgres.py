"""Rows as noted are the rows there are, and rejects are counted by rule."""

import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from belib_platform.contracts.rejects import further_records
from belib_platform.monitoring.observation import PostgresObservation
from belib_platform.monitoring.postgres import observe_postgres
from belib_platform.raw.store import RawStore
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.importing import import_recordings
from belib_platform.settings import load_settings
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.recordings import write_recordings
from belib_platform.warehouse.read_only import read_only_transaction
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.warehouse.days import MADE, refresh

REJECT = """
    INSERT INTO clean.rejected_record (asset, fetched_at, page_id, record_index, rule, source, record)
    VALUES ('poll', now() - %s, 'p', %s, 'rule_a', 'belib', %s)
"""


def keep_an_hour(store: RawStore, day: date) -> None:
    """What a small Paris answered in the first hour of a day."""
    paris = Paris.draw(3, first_day=day, days=1, stations=4)
    with tempfile.TemporaryDirectory() as folder:
        write_recordings(paris, Path(folder), paris.begins_at, paris.begins_at + timedelta(hours=1))
        import_recordings(find_recordings(Path(folder)), load_settings(), store)


def test_where_nothing_is_made_there_is_nothing(postgres_url: str) -> None:
    assert observe_postgres(postgres_url) == PostgresObservation()


def test_every_tables_rows_are_those_it_has(store: RawStore, warehouse: Warehouse, postgres_url: str) -> None:
    day = datetime.now(UTC).date() - timedelta(days=1)
    keep_an_hour(store, day)
    refresh(store, warehouse, day)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for index, days_ago in enumerate((0, 0, 2)):
            connection.execute(REJECT, [timedelta(days=days_ago), index, further_records(70) if index else "{}"])
        seen = observe_postgres(postgres_url)
        noted = {f"{t.layer}.{t.name}": t.row_count for t in seen.tables if t.row_count is not None}
        assert len(noted) == len(MADE)
        for name, count in noted.items():
            assert connection.execute(f"SELECT count(*) FROM {name}").fetchone() == (count,)
        for table in seen.tables:
            size = "SELECT pg_total_relation_size(%s::regclass)"
            assert connection.execute(size, [f"{table.layer}.{table.name}"]).fetchone() == (table.bytes,)
    assert noted["clean.charge_point_status"] > 0
    assert {"rejected_record", "written_window"} <= {table.name for table in seen.tables}
    assert seen.rejected_last_day == {("poll", "rule_a"): 71}


def test_nothing_can_be_written_while_observing(postgres_url: str) -> None:
    with read_only_transaction(postgres_url) as connection, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        connection.execute("CREATE TABLE a (b int)")
    with read_only_transaction(postgres_url) as connection, pytest.raises(psycopg.errors.QueryCanceled):
        connection.execute("SELECT pg_sleep(10)")
