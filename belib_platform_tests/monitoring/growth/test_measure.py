"""All figures together: of stores that answer, of some that do not, and of the home's disk."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from pydantic import SecretStr

from belib_platform.local.databases import ensure_database
from belib_platform.local.ports import any_free
from belib_platform.local.urls import Urls
from belib_platform.monitoring.growth.disk import disk_of
from belib_platform.monitoring.growth.growth import Growth
from belib_platform.monitoring.growth.measure import measure
from belib_platform.monitoring.growth.places import Places
from belib_platform.raw.store import RawStore
from belib_platform.warehouse.database_url import on_same_server
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.cli.conftest import Belib
from belib_platform_tests.local.homes import settings_for
from belib_platform_tests.raw.archive.days import keep_day
from belib_platform_tests.search.made_mart import hours_of, write_hours

DAY = date(2025, 3, 29)


def places_at(home: Path, *on_disk: str) -> Places:
    return Places(home=home, on_disk=frozenset(on_disk), mongo=None, postgres=None, dagster=None, search=None)


def test_a_store_that_is_away_costs_only_its_own_figures_and_shows_no_password(
    store: RawStore, warehouse: Warehouse, mongo_url: str, postgres_url: str, tmp_path: Path
) -> None:
    keep_day(store, DAY)
    write_hours(warehouse, DAY, hours_of(DAY))
    nowhere = f"127.0.0.1:{any_free()}"
    settings = settings_for(tmp_path / "home").model_copy(
        update={
            "mongo_url": SecretStr(mongo_url),
            "postgres_url": SecretStr(postgres_url),
            "dagster_url": SecretStr(f"postgresql://u:canary4711@{nowhere}/dagster"),
            "elasticsearch_url": SecretStr(f"http://u:canary4711@{nowhere}"),
        }
    )
    measured = measure(settings)
    assert set(measured.not_known) == {"Dagster", "Elasticsearch"}
    assert "canary4711" not in repr(measured)
    held = {(growth.store, growth.name): growth.rows for growth in measured.growths}
    assert held["MongoDB", "raw_belib"] == 6
    assert held["PostgreSQL", "station_availability_hourly"] == 6
    assert not (tmp_path / "home").exists()


def test_the_disk_lasts_as_long_as_what_grows_on_it_lets_it(tmp_path: Path) -> None:
    growths = [
        Growth(store="MongoDB", name="a", bytes_per_day=1e9),
        Growth(store="Archive", name="b", bytes_per_day=5e8),
        Growth(store="Archive", name="c"),
        Growth(store="PostgreSQL", name="elsewhere", bytes_per_day=1e12),
    ]
    free = shutil.disk_usage(tmp_path).free
    disk = disk_of(places_at(tmp_path / "not" / "there", "MongoDB", "Archive"), growths)
    assert disk.bytes_per_day == 1.5e9
    assert disk.days_left == pytest.approx(free / 1.5e9, rel=0.01)


def test_where_nothing_grows_nobody_knows_when_the_disk_is_full(tmp_path: Path) -> None:
    disk = disk_of(places_at(tmp_path), [Growth(store="MongoDB", name="a", bytes_per_day=1e9)])
    assert (disk.bytes_per_day, disk.days_left) == (None, None)


def test_status_shows_what_there_is(belib: Belib, stores: Urls, store: RawStore, postgres_url: str) -> None:
    keep_day(store, DAY)
    ensure_database(stores.postgres, "nothing_yet")
    said = belib("status", BELIB_DAGSTER_URL=on_same_server(stores.postgres, "nothing_yet"))
    assert said.returncode == 0, said.stdout + said.stderr
    assert "How fast it grows" in said.stdout
    assert "raw_belib" in said.stdout
    assert "GB are free on the home's disk" in said.stdout
    assert stores.postgres.split("@")[0].rsplit(":", 1)[-1] not in said.stdout
