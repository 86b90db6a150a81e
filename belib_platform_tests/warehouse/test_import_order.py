"""Recordings imported in any order, twice, or a day at a time in processes side by side give the same tables."""

from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path

import polars as pl

from belib_platform.contracts.mart import StationAvailabilityHourly
from belib_platform.raw.store import RawStore
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.importing import import_recordings
from belib_platform.warehouse.station_availability_hourly import stale_days
from belib_platform.warehouse.warehouse import Table, Warehouse
from belib_platform_tests.warehouse.days import assert_same, refresh, rows_of
from belib_platform_tests.warehouse.importer import SETTINGS, import_day

DAYS = [date(2025, 3, 29) + timedelta(days=n) for n in range(3)]


def settle(store: RawStore, house: Warehouse) -> list[date]:
    """Make the mart's days again whose points changed after they were made, as the nightly schedule does."""
    stale = stale_days(Table(house, StationAvailabilityHourly), before=date(2026, 1, 1))
    for day in stale:
        refresh(store, house, day)
    return stale


def expected(store: RawStore, house: Warehouse, folder: Path) -> dict[str, pl.DataFrame]:
    """The tables of an import in order, all responses before the first day is made."""
    import_recordings(find_recordings(folder), SETTINGS, store)
    for day in DAYS:
        refresh(store, house, day)
    settle(store, house)
    return rows_of(house)


def made_anew(store: RawStore, house: Warehouse) -> dict[str, pl.DataFrame]:
    for day in DAYS:
        refresh(store, house, day, full_refresh=True)
    settle(store, house)
    return rows_of(house)


def test_twice_changes_nothing(store: RawStore, warehouse: Warehouse, recordings: Path) -> None:
    once = expected(store, warehouse, recordings)
    assert all(frame.height for frame in once.values())
    assert_same(once, expected(store, warehouse, recordings))
    assert_same(once, made_anew(store, warehouse))


def test_days_may_come_in_any_order(store: RawStore, warehouse: Warehouse, recordings: Path) -> None:
    everything = list(find_recordings(recordings))
    for day in (DAYS[1], DAYS[2], DAYS[0]):
        import_recordings((r for r in everything if r.fetched_at.date() == day), SETTINGS, store)
        refresh(store, warehouse, day)
    settle(store, warehouse)
    assert settle(store, warehouse) == []
    assert_same(rows_of(warehouse), made_anew(store, warehouse))


def test_processes_side_by_side_give_the_same_tables(
    store: RawStore, warehouse: Warehouse, recordings: Path, mongo_url: str, postgres_url: str
) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        tasks = [pool.submit(import_day, recordings, day, mongo_url, postgres_url) for day in (*DAYS, DAYS[0])]
        assert all(task.result() >= 0 for task in tasks)
    settle(store, warehouse)
    assert_same(rows_of(warehouse), made_anew(store, warehouse))
    assert (
        len(store.ledger.attempts(DAYS[1]))
        == rows_of(warehouse)["poll"].filter(pl.col("fetched_at").dt.date() == DAYS[1]).height
    )


def test_a_mart_day_notices_that_its_points_changed(store: RawStore, warehouse: Warehouse, recordings: Path) -> None:
    everything = list(find_recordings(recordings))
    feed = (r for r in everything if r.source == "belib" and r.fetched_at.date() == DAYS[0])
    import_recordings(feed, SETTINGS, store)
    refresh(store, warehouse, DAYS[0])
    hours = rows_of(warehouse)["station_availability_hourly"]
    assert hours["power_kw"].unique().to_list() == [0.0]
    assert settle(store, warehouse) == []
    edition = (r for r in everything if r.source == "belib_static" and r.fetched_at.date() == DAYS[1])
    import_recordings(edition, SETTINGS, store)
    refresh(store, warehouse, DAYS[1])
    assert rows_of(warehouse)["station_availability_hourly"].equals(hours)
    assert stale_days(Table(warehouse, StationAvailabilityHourly), before=DAYS[0]) == []
    assert settle(store, warehouse) == [DAYS[0]]
    assert rows_of(warehouse)["station_availability_hourly"]["power_kw"].max() > 0
    assert settle(store, warehouse) == []
