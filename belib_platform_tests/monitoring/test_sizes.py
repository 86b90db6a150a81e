"""How much each store is found to hold, over real servers, and that observing makes nothing."""

import os
from datetime import UTC, date, datetime, timedelta

import pytest

from belib_platform.contracts.contract import name as contract_name
from belib_platform.contracts.tables import INDICES
from belib_platform.local.urls import Urls
from belib_platform.monitoring.archive import observe_archive
from belib_platform.monitoring.elasticsearch import observe_elasticsearch
from belib_platform.monitoring.mongo import RAW, observe_mongo
from belib_platform.monitoring.observation import ArchiveObservation, Table
from belib_platform.raw.archive.archive import Archive, archive_day
from belib_platform.raw.store import RawStore
from belib_platform.search.availability import load_days
from belib_platform.search.client import Search
from belib_platform.search.hourly_index import AVAILABILITY
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.raw.archive.conftest import archive
from belib_platform_tests.raw.archive.days import keep_day
from belib_platform_tests.raw.made_pages import NOON, response
from belib_platform_tests.search.made_mart import hours_of, write_hours, write_stations

__all__ = ["archive"]

DAY = timedelta(days=1)


def test_collections_have_their_documents_and_bytes(store: RawStore, mongo_url: str) -> None:
    for n in range(30):
        store.keep("raw_belib", [response(os.urandom(20_000), NOON + n * timedelta(minutes=5))])
    tables = {table.name: table for table in observe_mongo(mongo_url, [], datetime.now(UTC)).tables}
    assert list(tables) == list(RAW)
    assert (tables["raw_belib"].row_count, tables["poll_attempt"].row_count) == (30, 30)
    assert 30 * 20_000 < (tables["raw_belib"].bytes or 0) < 30 * 40_000
    assert tables["raw_meteo"] == Table("raw", "raw_meteo", 0, bytes=0)
    assert set(store.database.list_collection_names()) == {"raw_belib", "poll_attempt"}


@pytest.mark.parametrize("name", ["nothing", "made"])
def test_indices_have_their_documents_and_bytes(search: Search, stores: Urls, warehouse: Warehouse, name: str) -> None:
    day = date(2025, 6, 9)
    if name == "made":
        write_stations(warehouse)
        write_hours(warehouse, day, hours_of(day, 2, hours=3))
        load_days(search, warehouse, AVAILABILITY, [day])
    found = observe_elasticsearch(stores.elasticsearch, search.prefix).tables
    hours, *others = found
    assert (hours.layer, hours.name, hours.row_count) == ("search", "belib_availability", 6 if name == "made" else 0)
    assert bool(hours.bytes) is (name == "made")
    assert others == [Table("search", contract_name(contract), 0, bytes=0) for contract in INDICES[1:]]
    assert bool(search.client.indices.get(index=f"{search.prefix}*")) is (name == "made")


def test_the_archive_has_its_days_and_bytes(store: RawStore, archive: Archive) -> None:
    assert observe_archive(archive) == ArchiveObservation()
    sizes = []
    for day in (NOON.date() - DAY, NOON.date()):
        keep_day(store, day, 3)
        entry = archive_day(archive, store, day)
        assert entry
        sizes.append(entry.bytes)
    found = observe_archive(archive)
    assert (found.day_count, found.bytes) == (2, sum(sizes))
    assert found.head is not None
    assert found.head.newest_day == NOON.date()
