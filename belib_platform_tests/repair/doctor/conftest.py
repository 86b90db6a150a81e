"""An archived day, and how the doctor looks at it: no table was made of it, so that it is to be folded if it can be."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from belib_platform.raw.archive.archive import Archive, archive_day
from belib_platform.raw.store import RawStore
from belib_platform.repair.doctor.examining import Examined, examine
from belib_platform.repair.doctor.stores import Stores
from belib_platform.search.client import Search
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.raw.archive.days import DAY, keep_day

LATER = datetime(2025, 4, 2, 12, tzinfo=UTC)

Look = Callable[[], Examined]


@pytest.fixture
def archive(tmp_path: Path, store: RawStore) -> Archive:
    """The archive of a day that raw holds."""
    archive = Archive(tmp_path / "archive")
    keep_day(store)
    archive_day(archive, store, DAY)
    return archive


@pytest.fixture
def fresh_stores(store: RawStore, archive: Archive, warehouse: Warehouse, search: Search) -> Callable[[], Stores]:
    """The layers as they are now."""
    return lambda: Stores(store, warehouse, search, archive, "paris", LATER)


@pytest.fixture
def look(fresh_stores: Callable[[], Stores]) -> Look:
    """What the doctor finds of the day now."""
    days: list[date] = [DAY]
    return lambda: examine(fresh_stores(), days)
