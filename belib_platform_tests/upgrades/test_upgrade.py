"""A home that the version before left, a retired day included, goes on with this one, and nothing of it is lost."""

from datetime import timedelta
from pathlib import Path

import polars as pl
import psycopg
import pytest
from psycopg.rows import dict_row

from belib_platform.contracts.contract import Contract, partition_column, qualified_name
from belib_platform.contracts.tables import TABLES
from belib_platform.raw.archive.archive import Archive
from belib_platform.raw.archive.restoring import restore_day
from belib_platform.raw.archive.verifying import verify
from belib_platform.raw.response import body_of
from belib_platform.raw.store import RawStore
from belib_platform.warehouse.city_daily import CITY_DATES
from belib_platform.warehouse.last_known import stale_last_known
from belib_platform.warehouse.registry import stale_statistics, tables_from_tables
from belib_platform.warehouse.schema import ensure_schema
from belib_platform.warehouse.stale_clean import stale_clean_days
from belib_platform.warehouse.station_availability_hourly import STATION_HOURS
from belib_platform.warehouse.station_free_hourly import stale_free_days
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.cli.conftest import Belib
from belib_platform_tests.upgrades.before import COLLECTIONS, KEPT, RETIRED, make_home, pages_of
from belib_platform_tests.warehouse.days import DERIVED, NOW, run
from belib_platform_tests.warehouse.history import Rows, forget_tables

pytestmark = pytest.mark.slow

LACKING = {
    "as_it_was": {},
    "with_fewer_columns": {
        "clean.poll": "future_stamp_count",
        "clean.charge_point_day": "operator_name",
        "clean.charge_point": "operator_name",
        "clean.rejected_record": "",
        "mart.station_availability_hourly": "has_snow_risk",
    },
}
"""Columns that the version before did not have, to try what some later version will bring; `` for a bound alone."""


@pytest.fixture(params=LACKING)
def home(
    request: pytest.FixtureRequest, store: RawStore, warehouse: Warehouse, postgres_url: str, tmp_path: Path
) -> Warehouse:
    """The stores and the archive as they were left, by this or by an even older version."""
    make_home(store.database, postgres_url, tmp_path / "home/archive")
    with psycopg.connect(postgres_url) as connection:
        for table, column in LACKING[request.param].items():
            if column:
                connection.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
            connection.execute(f"COMMENT ON TABLE {table} IS 'Rows. [contract 0123456789ab]'")
            other_code = "fingerprint = md5('before' || fingerprint), settled = md5('before' || settled)"
            noted = f"UPDATE clean.written_window SET {other_code} WHERE asset = %s"
            connection.execute(noted, (table.partition(".")[2],))
    return warehouse


def stale(store: RawStore, house: Warehouse) -> list[object]:
    """What the nights to come would ask for."""
    return [
        stale_clean_days(store, house, "paris", NOW.date()),
        stale_last_known(house),
        STATION_HOURS.stale_days(house, NOW.date()),
        CITY_DATES.stale_days(house, NOW.date()),
        stale_free_days(house, NOW.date()),
        stale_statistics(house),
    ]


def held(url: str) -> Rows:
    """All rows of the tables there are, with the columns there are, by key."""
    frames = {}
    with psycopg.connect(url, row_factory=dict_row) as connection:
        connection.execute("SET TIME ZONE 'UTC'")
        for contract in DERIVED:
            if connection.execute("SELECT to_regclass(%s)", [qualified_name(contract)]).fetchone() == {
                "to_regclass": None
            }:
                continue  # a table of a later version
            found = connection.execute(f"SELECT * FROM {qualified_name(contract)}")
            columns = [column.name for column in found.description or []]
            rows = pl.DataFrame(found.fetchall(), schema=columns, infer_schema_length=None)
            frames[qualified_name(contract)] = rows.sort(contract.primary_key())
    return frames


def of_days(contract: type[Contract], rows: pl.DataFrame, *, retired: bool) -> pl.DataFrame:
    """The rows of the retired day, or of all others."""
    column = partition_column(contract)
    assert column
    return rows.filter((pl.col(column).cast(pl.Date) == RETIRED) == retired)


def test_nothing_is_lost_and_polls_go_on_before_anybody_does_anything(home: Warehouse, postgres_url: str) -> None:
    before = held(postgres_url)
    assert ensure_schema(postgres_url) == []
    for contract in TABLES:
        home.require(contract)
    after = held(postgres_url)
    for table, rows in before.items():
        assert after[table].select(rows.columns).equals(rows), table


def test_what_became_stale_is_made_again_and_the_retired_day_stays(
    home: Warehouse, store: RawStore, belib: Belib, postgres_url: str, tmp_path: Path
) -> None:
    before = held(postgres_url)
    migrated = belib("migrate", "--workers", "1")
    assert migrated.returncode == 0, migrated.stdout + migrated.stderr
    assert store.retired.all() == {RETIRED}
    assert stale(store, home) == [[]] * 6
    after = held(postgres_url)
    forget_tables(home)
    restore_day(Archive(tmp_path / "home/archive"), store, RETIRED)
    run(store, home, [RETIRED, KEPT, KEPT + timedelta(days=1)])
    right = held(postgres_url)
    for contract in DERIVED:
        table = qualified_name(contract)
        if table not in before or contract in {table.contract for table in tables_from_tables()}:
            assert after[table].equals(right[table]), table
        else:
            old = before[table].columns
            assert of_days(contract, after[table], retired=False).equals(
                of_days(contract, right[table], retired=False)
            ), table
            assert of_days(contract, after[table].select(old), retired=True).equals(
                of_days(contract, before[table], retired=True)
            ), table


def test_the_archive_is_untouched_and_its_day_comes_back_as_it_was(
    home: Warehouse, store: RawStore, belib: Belib, tmp_path: Path
) -> None:
    archive = Archive(tmp_path / "home/archive")
    files = {path: path.read_bytes() for path in archive.folder.rglob("*") if path.is_file()}
    assert belib("migrate", "--workers", "1").returncode == 0
    found = verify(archive)
    assert (found.broken, found.absent, found.strays) == ([], [], [])
    assert {path: path.read_bytes() for path in files} == files
    restore_day(archive, store, RETIRED)
    for response in pages_of(RETIRED):
        kept = store.database[COLLECTIONS[response["source"]]].find_one({"_id": response["_id"]})
        assert kept
        assert {**kept, "body": body_of(kept)} == {**response, "body": body_of(response)}
