"""Rows as noted are the rows there are, and rejects are counted by rule."""

import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from belib_platform.contracts.rejects import further_records
from belib_platform.monitoring.metrics.observation import WarehouseLook
from belib_platform.monitoring.metrics.postgres import connected
from belib_platform.monitoring.metrics.warehouse import look_at_warehouse
from belib_platform.raw.store import RawStore
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.importing import import_recordings
from belib_platform.settings import load_settings
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.recordings import write_recordings
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
    assert look_at_warehouse(postgres_url) == WarehouseLook()


def test_every_tables_rows_are_those_it_has(store: RawStore, warehouse: Warehouse, postgres_url: str) -> None:
    day = datetime.now(UTC).date() - timedelta(days=1)
    keep_an_hour(store, day)
    refresh(store, warehouse, day)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        for index, days_ago in enumerate((0, 0, 2)):
            connection.execute(REJECT, [timedelta(days=days_ago), index, further_records(70) if index else "{}"])
        look = look_at_warehouse(postgres_url)
        noted = {f"{table.layer}.{table.name}": table.row_count for table in look.tables}
        assert len(noted) == len(MADE)
        for name, count in noted.items():
            assert connection.execute(f"SELECT count(*) FROM {name}").fetchone() == (count,)
    assert noted["clean.charge_point_status"] > 0
    assert look.rejected_last_day == {("poll", "rule_a"): 71}


def test_nothing_can_be_written_by_a_look(postgres_url: str) -> None:
    with connected(postgres_url) as connection, pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        connection.execute("CREATE TABLE a (b int)")
    with connected(postgres_url) as connection, pytest.raises(psycopg.errors.QueryCanceled):
        connection.execute("SELECT pg_sleep(10)")
