"""A document that breaks its contract is left out and named; the others are found, and nobody sends them for ever."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from belib_platform.checks.search import (
    Load,
    every_document_keeps_its_contract,
    hours_hold_the_same,
    present_holds_the_same,
)
from belib_platform.contracts.clean import ChargePoint, ChargePointStatus
from belib_platform.contracts.contract import Contract, frame_schema, partition_column
from belib_platform.contracts.search import BelibAvailability, BelibChargePoints
from belib_platform.raw.archive.archive import Archive
from belib_platform.raw.store import RawStore
from belib_platform.repair.doctor.documents import hours_and_mart, present_and_tables
from belib_platform.repair.doctor.stores import Stores
from belib_platform.search.availability import load_days
from belib_platform.search.client import Search
from belib_platform.search.hourly_index import AVAILABILITY
from belib_platform.search.loading import Loaded
from belib_platform.search.present_index import CHARGE_POINTS
from belib_platform.search.unpartitioned import load_whole, present
from belib_platform.warehouse.notes import Plan
from belib_platform.warehouse.partition import Partition, write_partitions
from belib_platform.warehouse.warehouse import ALL, Table, Warehouse
from belib_platform_tests.search.made_mart import DAY, hours_of, indexed, station_id, write_hours, write_stations

NOON = datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=UTC)
POINTS = [f"FR*V75*EPX{n:02d}*01*1" for n in range(4)]
FIRST = (pl.int_range(pl.len()) == 0).alias("is_first")


def spoilt(rows: pl.DataFrame, **changes: Any) -> pl.DataFrame:
    """The rows, the first one changed."""
    changed = [pl.when(FIRST).then(pl.lit(value)).otherwise(column).alias(column) for column, value in changes.items()]
    return rows.with_columns(changed).cast(dict(rows.schema))


@pytest.fixture
def stores(store: RawStore, warehouse: Warehouse, search: Search, tmp_path: Path) -> Stores:
    return Stores(store, warehouse, search, Archive(tmp_path), "paris", NOON + timedelta(days=1))


@pytest.mark.family
@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"available_s": 2999}, "seconds_of_an_hour_add_up"),
        ({"power_kw": -7.0}, "power_kw|min"),
        ({"power_kw": 1e300}, "power_label|nullability"),
        ({"arrondissement": 21}, "arrondissement|max"),
    ],
)
def test_an_hour_that_breaks_its_contract(stores: Stores, changes: dict[str, Any], rule: str) -> None:
    search, warehouse, good = stores.search, stores.warehouse, hours_of(DAY)
    write_stations(warehouse)
    write_hours(warehouse, DAY, spoilt(good, **changes))
    load = partial(load_days, search, warehouse, AVAILABILITY, [DAY])
    done = load()
    assert done.sent == 5
    assert len(indexed(search)) == 5
    for again in (done, load(), load(full_refresh=True)):
        assert same_hours(stores, again)
        found = every_document_keeps_its_contract(search, BelibAvailability)
        assert (found.passed, found.is_warning) == (False, False)
        assert found.numbers == {"offending": 1, "judged": 6}
        assert found.sample is not None
        [(document, rules)] = found.sample.rows()
        assert station_id(0) in document
        assert rule in rules
    assert load() == Loaded()
    assert list(hours_and_mart(stores, DAY)) == []
    write_hours(warehouse, DAY, good)
    assert same_hours(stores, load())
    assert every_document_keeps_its_contract(search, BelibAvailability).numbers == {"offending": 0, "judged": 6}
    assert len(indexed(search)) == 6


def write(warehouse: Warehouse, contract: type[Contract], rows: list[dict[str, Any]]) -> None:
    """Write a table's only window."""
    own, key = Table(warehouse, contract), DAY.isoformat() if partition_column(contract) else ALL
    said = sha256(repr(rows).encode()).hexdigest()[:30]
    found = own.note(DAY) if partition_column(contract) else own.note()
    frame = pl.DataFrame(rows, schema=frame_schema(contract))
    partition = Partition(key=key, found=found, plan=Plan("full_refresh", 0, said, 0, said), frame=frame)
    write_partitions(warehouse, contract, [partition], "test")


def same_hours(stores: Stores, loaded: Loaded) -> bool:
    load = Load(stores.search, stores.warehouse, BelibAvailability, [DAY], loaded)
    return hours_hold_the_same(load, AVAILABILITY).passed


def same_points(stores: Stores) -> bool:
    return present_holds_the_same(Load(stores.search, stores.warehouse, BelibChargePoints), CHARGE_POINTS).passed


def run_of(point: str, at: datetime = NOON) -> dict[str, Any]:
    return {
        "first_seen_at": at,
        "charge_point_id": point,
        "last_seen_at": at,
        "holds_until": at + timedelta(minutes=15),
        "status": "AVAILABLE",
        "poll_count": 1,
    }


def point_of(point: str, day: date = DAY, **changes: Any) -> dict[str, Any]:
    known = {"national_id": "x", "station_id": "S", "is_station_derived": False, "power_kw": 7.0}
    seen = {"first_seen_date": day, "last_seen_date": day}
    return {"charge_point_id": point, **known, **seen, "longitude": 2.3, "latitude": 48.8, **changes}


@pytest.mark.family
@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"power_kw": -7.0}, "power_kw|min"),
        ({"power_kw": 1e300}, "power_label|nullability"),
        ({"arrondissement": 0}, "arrondissement|min"),
        ({"latitude": 999.0}, "location|inner_lat_max"),
    ],
)
def test_a_point_that_breaks_its_contract(stores: Stores, changes: dict[str, Any], rule: str) -> None:
    search, warehouse = stores.search, stores.warehouse
    write(warehouse, ChargePointStatus, [run_of(point) for point in POINTS])
    write(warehouse, ChargePoint, [point_of(POINTS[0], **changes), *map(point_of, POINTS[1:3])])
    load = partial(load_whole, search, warehouse, present(warehouse, CHARGE_POINTS))
    done = load()
    assert done.sent == 3
    alias = search.alias(BelibChargePoints)
    hits = search.client.search(index=alias, size=9)["hits"]["hits"]
    assert {hit["_id"]: hit["_source"]["station_id"] for hit in hits} == {
        POINTS[1]: "S",
        POINTS[2]: "S",
        POINTS[3]: "FR*V75*PPX03*01",
    }
    for full_refresh in (False, True):
        load(full_refresh=full_refresh)
        assert same_points(stores)
        found = every_document_keeps_its_contract(search, BelibChargePoints)
        assert (found.passed, found.numbers) == (False, {"offending": 1, "judged": 4})
        assert found.sample is not None
        [(document, rules)] = found.sample.rows()
        assert (document, rule in rules) == (POINTS[0], True)
    assert load() == Loaded()
    assert list(present_and_tables(stores)) == []
    write(warehouse, ChargePoint, list(map(point_of, POINTS[:3])))
    load()
    assert same_points(stores)
    assert every_document_keeps_its_contract(search, BelibChargePoints).passed


def test_what_is_missing_besides_is_still_noticed(stores: Stores) -> None:
    search, warehouse = stores.search, stores.warehouse
    write_stations(warehouse)
    write_hours(warehouse, DAY, spoilt(hours_of(DAY), available_s=2999))
    load_days(search, warehouse, AVAILABILITY, [DAY])
    gone = next(iter(indexed(search)))
    index = search.client.indices.get(index=f"{search.prefix}belib_availability-*")
    search.client.delete(index=next(iter(index)), id=gone, refresh=True)
    assert not same_hours(stores, Loaded())
    assert not same_hours(stores, Loaded(sent=1))
    assert load_days(search, warehouse, AVAILABILITY, [DAY]).sent == 5
    assert same_hours(stores, Loaded(sent=1))
