"""Which stations are near each other follows their places, and nothing else that polls tell of them."""

from datetime import date

import polars as pl

from belib_platform.contracts.bikes.clean import BikeStation
from belib_platform.contracts.bikes.mart import StationNearby
from belib_platform.contracts.clean import Station
from belib_platform.contracts.contract import frame_schema
from belib_platform.raw.store import RawStore
from belib_platform.warehouse.partition import Partition, write_partitions
from belib_platform.warehouse.station_nearby import STATION_NEARBY, is_stale
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.warehouse.bike_days import keep
from belib_platform_tests.warehouse.days import inputs

CHARGING, BIKES = "FR*V75*PPX04*06", "4001"


def keep_charging(warehouse: Warehouse, longitude: float | None, seen: int = 1) -> None:
    """One station with charge points, last seen on that day of a month."""
    known = {
        "longitude": longitude,
        "latitude": longitude and 48.85,
        "point_count": 6,
        "last_seen_date": date(2025, 7, seen),
    }
    keep(warehouse, Station, None, pl.DataFrame([{"station_id": CHARGING, **known}], schema=frame_schema(Station)))


def keep_bikes(warehouse: Warehouse, longitude: float) -> None:
    """One bike station."""
    seen = {"first_seen_date": date(2025, 7, 1), "last_seen_date": date(2025, 7, 1)}
    row = {"station_code": BIKES, "longitude": longitude, "latitude": 48.85, **seen}
    keep(warehouse, BikeStation, None, pl.DataFrame([row], schema=frame_schema(BikeStation)))


def make(store: RawStore, warehouse: Warehouse) -> Partition:
    made = STATION_NEARBY.make(inputs(store, warehouse))
    write_partitions(warehouse, StationNearby, [made], "nearby")
    assert not is_stale(warehouse)
    return made


def test_pairs_follow_the_places_of_both_networks(store: RawStore, warehouse: Warehouse) -> None:
    assert is_stale(warehouse)
    assert make(store, warehouse).row_count == 0
    keep_bikes(warehouse, 2.351)
    assert make(store, warehouse).row_count == 0, "no charge points are known"
    keep_charging(warehouse, 2.35)
    make(store, warehouse)
    pairs = warehouse.read(StationNearby).sort("network")
    assert pairs.drop("distance_m").rows() == [
        ("belib", CHARGING, "velib", BIKES),
        ("velib", BIKES, "belib", CHARGING),
    ]
    assert pairs["distance_m"].round().to_list() == [73, 73]
    keep_charging(warehouse, 2.35, seen=2)
    assert not is_stale(warehouse), "it was seen again, where it was"
    assert make(store, warehouse).frame is None
    keep_bikes(warehouse, 2.36)
    assert is_stale(warehouse)
    assert make(store, warehouse).row_count == 0
    keep_charging(warehouse, None)
    make(store, warehouse)
    assert warehouse.read(StationNearby).is_empty()
