"""Days of recordings imported in processes side by side give the tables of a full refresh."""

from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path

import polars as pl
import pytest

from belib_platform.raw.store import RawStore
from belib_platform.warehouse.station_availability_hourly import STATION_HOURS
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.warehouse.days import assert_same, refresh, rows_of
from belib_platform_tests.warehouse.importer import import_day

DAYS = [date(2025, 3, 29) + timedelta(days=n) for n in range(3)]


def settle(store: RawStore, house: Warehouse) -> dict[str, pl.DataFrame]:
    """All rows, once the mart's days were made again whose points changed after them, as the nightly schedule does."""
    for day in STATION_HOURS.stale_days(house, before=date(2026, 1, 1)):
        refresh(store, house, day)
    return rows_of(house)


@pytest.mark.slow
def test_processes_side_by_side_give_the_same_tables(
    store: RawStore, warehouse: Warehouse, recordings: Path, mongo_url: str, postgres_url: str
) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        tasks = [pool.submit(import_day, recordings, day, mongo_url, postgres_url) for day in (*DAYS, DAYS[0])]
        assert all(task.result() >= 0 for task in tasks)
    side_by_side = settle(store, warehouse)
    polls = side_by_side["poll"].filter(pl.col("fetched_at").dt.date() == DAYS[1])
    assert len(store.ledger.attempts(DAYS[1])) == polls.height
    for day in DAYS:
        refresh(store, warehouse, day, full_refresh=True)
    assert_same(side_by_side, settle(store, warehouse))
