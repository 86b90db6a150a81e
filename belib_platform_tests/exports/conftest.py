from pathlib import Path

import pytest

from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.exports.made_rows import DAYS, city, write_bikes, write_city, write_status


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where files are written; it is not there yet."""
    return tmp_path / "home" / "exports"


@pytest.fixture
def tables(warehouse: Warehouse) -> Warehouse:
    """Four days of both tables, in two months; the last is not over."""
    for day in DAYS:
        write_city(warehouse, day, city(day))
        write_status(warehouse, day)
    return warehouse


@pytest.fixture
def bikes(warehouse: Warehouse) -> Warehouse:
    """One day of bike stations, which is over."""
    write_bikes(warehouse, DAYS[0])
    return warehouse
