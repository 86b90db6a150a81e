"""The indices of bike stations are loaded, compared and healed as those of charge points are."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from belib_platform.contracts.bikes.mart import BikeAvailabilityHourly
from belib_platform.contracts.bikes.search import BelibBikeAvailability, BelibBikeStations
from belib_platform.contracts.contract import Contract, frame_schema
from belib_platform.raw.archive.archive import Archive
from belib_platform.raw.store import RawStore
from belib_platform.repair.doctor.documents import hours_and_mart, present_and_tables
from belib_platform.repair.doctor.finding import Remedy
from belib_platform.repair.doctor.stores import Stores
from belib_platform.search.availability import load_days
from belib_platform.search.client import Search
from belib_platform.search.comparison import differing_hours, differing_states
from belib_platform.search.finished_months import finished_months
from belib_platform.search.hourly_index import BIKE_AVAILABILITY
from belib_platform.search.indices import living
from belib_platform.search.lost_indices import lost_indices
from belib_platform.search.present_index import BIKE_STATIONS
from belib_platform.search.unpartitioned import load_whole, present
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.transforms.bike_runs import bike_run
from belib_platform_tests.warehouse.bike_days import keep, keep_runs, keep_stations

DAY = date(2025, 5, 31)
MIDNIGHT = datetime(2025, 5, 31, tzinfo=UTC)
STATIONS = ("16107", "1012", "42207_relais")


def hours(day: date, **changes: Any) -> pl.DataFrame:
    """Two hours of each station, half an hour of them without a bike."""
    begins = datetime(day.year, day.month, day.day, tzinfo=UTC)
    row = {"open_s": 3600, "no_bike_s": 1800, "no_ebike_s": 3600, "bike_mean": 4.26, "out_lower": 2, "capacity": 30}
    zero = dict.fromkeys(("closed_s", "not_reporting_s", "unobserved_s", "no_dock_s", "in_lower"), 0)
    moved = dict.fromkeys(("rebalanced_out", "rebalanced_in"), 0)
    rows = [
        {"hour_at": begins + timedelta(hours=hour), "station_code": code, **row, **zero, **moved, **changes}
        for code in STATIONS
        for hour in range(2)
    ]
    return pl.DataFrame(rows, schema=frame_schema(BikeAvailabilityHourly))


@pytest.fixture
def bikes(warehouse: Warehouse) -> Warehouse:
    """Two days of hours in two months, and the runs of the first."""
    keep_stations(warehouse, dict.fromkeys(STATIONS, None))
    for day in (DAY, DAY + timedelta(days=1)):
        keep(warehouse, BikeAvailabilityHourly, day, hours(day))
    closed = {"is_renting": False}
    runs = [bike_run(code, MIDNIGHT, mechanical=n, **(closed if n else {})) for n, code in enumerate(STATIONS)]
    keep_runs(warehouse, DAY, runs)
    return warehouse


@pytest.fixture
def loaded(search: Search, bikes: Warehouse) -> Search:
    load_days(search, bikes, BIKE_AVAILABILITY, [DAY])
    load_whole(search, bikes, present(bikes, BIKE_STATIONS))
    return search


@pytest.fixture
def layers(loaded: Search, bikes: Warehouse, store: RawStore, tmp_path: Path) -> Stores:
    return Stores(store, bikes, loaded, Archive(tmp_path), "paris", MIDNIGHT + timedelta(days=2))


def documents(search: Search, contract: type[Contract]) -> dict[str, Any]:
    hits = search.client.search(index=search.alias(contract), size=100)["hits"]["hits"]
    return {hit["_id"]: hit["_source"] for hit in hits}


def changed(search: Search, contract: type[Contract], part: str, key: str, **values: Any) -> None:
    [index] = [state.name for state in living(search, contract) if state.part == part]
    document = documents(search, contract)[key] | values
    search.client.index(index=index, id=key, document=document, refresh=True)


def test_hours_and_present_are_loaded_once(loaded: Search, bikes: Warehouse) -> None:
    found = documents(loaded, BelibBikeAvailability)
    assert len(found) == 12
    some = found[f"{int(MIDNIGHT.timestamp())}_16107"]
    assert (some["no_bike_ratio"], some["bike_mean"], some["hour_local"]) == (0.5, 4.3, 2)
    assert {one["service"] for one in documents(loaded, BelibBikeStations).values()} == {"OPEN", "CLOSED"}
    assert load_days(loaded, bikes, BIKE_AVAILABILITY, [DAY]).slices == 0
    assert load_whole(loaded, bikes, present(bikes, BIKE_STATIONS)).slices == 0
    assert finished_months(loaded, date(2025, 6, 20)) == [f"{loaded.alias(BelibBikeAvailability)}-2025.05-1"]


def test_an_altered_hour_differs_from_the_mart_and_the_next_run_heals(layers: Stores) -> None:
    search, warehouse = layers.search, layers.warehouse
    assert list(hours_and_mart(layers, DAY)) == []
    changed(search, BelibBikeAvailability, "2025.05", f"{int(MIDNIGHT.timestamp())}_1012", out_lower=3)
    assert [finding.remedy for finding in hours_and_mart(layers, DAY)] == [Remedy.HOURS]
    differing, judged = differing_hours(search, warehouse, BIKE_AVAILABILITY, [DAY])
    assert (differing["out_lower"].sort().to_list(), judged) == ([6, 7], 24)
    assert load_days(search, warehouse, BIKE_AVAILABILITY, [DAY]).sent == 6
    assert differing_hours(search, warehouse, BIKE_AVAILABILITY, [DAY])[0].is_empty()


@pytest.mark.parametrize("change", [{"service": "NOT_REPORTING"}, {"docks": 11}])
def test_an_altered_station_differs_from_the_table_and_the_next_run_heals(
    layers: Stores, change: dict[str, Any]
) -> None:
    search, warehouse = layers.search, layers.warehouse
    assert list(present_and_tables(layers)) == []
    changed(search, BelibBikeStations, "all", "1012", **change)
    assert [finding.remedy for finding in present_and_tables(layers)] == [Remedy.PRESENT]
    differing, judged = differing_states(search, warehouse, BIKE_STATIONS)
    assert (differing.is_empty(), judged) == (False, 3)
    assert load_whole(search, warehouse, present(warehouse, BIKE_STATIONS)).sent == 3
    assert differing_states(search, warehouse, BIKE_STATIONS)[0].is_empty()


def test_an_hour_that_breaks_its_contract_is_left_out(search: Search, bikes: Warehouse) -> None:
    whole = hours(DAY)
    spoilt = pl.when(pl.col("station_code") == "1012").then(1).otherwise("unobserved_s").cast(pl.Int32)
    keep(bikes, BikeAvailabilityHourly, DAY, whole.with_columns(spoilt.alias("unobserved_s")))
    assert load_days(search, bikes, BIKE_AVAILABILITY, [DAY]).document_count == 10
    assert differing_hours(search, bikes, BIKE_AVAILABILITY, [DAY])[0].is_empty()


def test_a_home_without_bikes_lacks_no_index(search: Search, warehouse: Warehouse) -> None:
    assert load_days(search, warehouse, BIKE_AVAILABILITY, [DAY]).slices == 0
    assert load_whole(search, warehouse, present(warehouse, BIKE_STATIONS)).document_count == 0
    assert differing_states(search, warehouse, BIKE_STATIONS)[1] == 0
    assert differing_hours(search, warehouse, BIKE_AVAILABILITY, [DAY])[1] == 0
    assert lost_indices(search, warehouse) == []


def test_lost_indices_are_named(search: Search, bikes: Warehouse) -> None:
    aliases = [search.alias(contract) for contract in (BelibBikeAvailability, BelibBikeStations)]
    assert lost_indices(search, bikes) == aliases
    load_days(search, bikes, BIKE_AVAILABILITY, [DAY])
    load_whole(search, bikes, present(bikes, BIKE_STATIONS))
    assert lost_indices(search, bikes) == []
