"""The rhythm of bike stations follows the hours of the newest days that are over."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from belib_platform.checks.draft import Draft
from belib_platform.checks.statistics import ALL_BIKE_HOURS
from belib_platform.contracts.bikes.mart import BikeRhythm
from belib_platform.raw.store import RawStore
from belib_platform.warehouse.bike_rhythm import BIKE_RHYTHM
from belib_platform.warehouse.partition import ConcurrentWriteError, Partition, write_partitions
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.transforms.bike_runs import bike_run
from belib_platform_tests.warehouse.bike_days import keep_runs, make_hours
from belib_platform_tests.warehouse.days import inputs
from belib_platform_tests.warehouse.simulated_pages import at

DAY = date(2025, 7, 14)
UNFINISHED = datetime.now(UTC).date() + timedelta(days=1)

[IS_COMPLETE] = ALL_BIKE_HOURS


@pytest.fixture
def house(store: RawStore, warehouse: Warehouse) -> Warehouse:
    """Two Mondays, too long ago for each other, and a day that is not over."""
    for day, stations in ((DAY - timedelta(weeks=14), 1), (DAY, 2), (UNFINISHED, 3)):
        keep_runs(warehouse, day, [bike_run(str(1001 + n), at(day, 5 + n)) for n in range(stations)])
        make_hours(store, warehouse, day)
    return warehouse


def make(store: RawStore, warehouse: Warehouse) -> Partition:
    return BIKE_RHYTHM.make(inputs(store, warehouse), full_refresh=True)


def is_stale(warehouse: Warehouse) -> bool:
    assert BIKE_RHYTHM.is_stale
    return BIKE_RHYTHM.is_stale(warehouse)


def test_it_has_the_hours_of_the_newest_days_that_are_over(store: RawStore, house: Warehouse) -> None:
    assert is_stale(house)
    made = make(store, house)
    write_partitions(house, BikeRhythm, [made], "rhythm")
    assert not is_stale(house)
    rows = house.read(BikeRhythm)
    assert rows.height == 2 * 24
    assert set(rows.select("first_date", "last_date").rows()) == {(DAY, DAY)}
    is_open = rows.filter(pl.col("open_s") > 0)
    assert is_open.select("station_code", "weekday", "hour", "open_s").rows() == [
        ("1001", 1, 7, 450),
        ("1002", 1, 8, 450),
    ]
    make_hours(store, house, DAY, run="later", full_refresh=True)
    assert is_stale(house)


def test_all_hours_are_summed(store: RawStore, house: Warehouse) -> None:
    made = make(store, house)
    assert IS_COMPLETE.judge(Draft(BIKE_RHYTHM, inputs(store, house), [made])).passed
    assert made.frame is not None
    lost = replace(made, frame=made.frame.with_columns(pl.lit(0, pl.Int64).alias("open_s")))
    assert not IS_COMPLETE.judge(Draft(BIKE_RHYTHM, inputs(store, house), [lost])).passed
    make_hours(store, house, DAY, run="later", full_refresh=True)
    with pytest.raises(ConcurrentWriteError):
        IS_COMPLETE.judge(Draft(BIKE_RHYTHM, inputs(store, house), [made]))


def test_without_bikes_it_is_empty(store: RawStore, warehouse: Warehouse) -> None:
    made = make(store, warehouse)
    assert made.frame is not None
    assert made.frame.is_empty()
    assert IS_COMPLETE.judge(Draft(BIKE_RHYTHM, inputs(store, warehouse), [made])).passed
    write_partitions(warehouse, BikeRhythm, [made], "rhythm")
    assert not is_stale(warehouse)
