"""Days of bike stations in the warehouse, written as the platform writes partitions, without responses."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import polars as pl

from belib_platform.contracts.bikes.clean import BikeStation, BikeStationStatus
from belib_platform.contracts.bikes.mart import BikeAvailabilityHourly
from belib_platform.contracts.clean import WeatherForecast
from belib_platform.contracts.contract import Contract, frame_schema
from belib_platform.raw.store import RawStore
from belib_platform.warehouse.bike_availability_hourly import BIKE_HOURS
from belib_platform.warehouse.notes import plan
from belib_platform.warehouse.partition import Partition, write_partitions
from belib_platform.warehouse.warehouse import Table, Warehouse
from belib_platform_tests.transforms.bike_runs import bike_runs
from belib_platform_tests.warehouse.days import inputs


def keep_runs(warehouse: Warehouse, day: date, rows: list[dict[str, Any]]) -> None:
    """These are the runs of a UTC day, whatever they were before."""
    keep(warehouse, BikeStationStatus, day, bike_runs(rows))


def keep_stations(warehouse: Warehouse, insee_codes: Mapping[str, str | None]) -> None:
    """All that is known of stations, by station code; each has 30 docks."""
    known = {"capacity": 30, "first_seen_date": date(2025, 1, 1), "last_seen_date": date(2025, 1, 1)}
    rows = [{"station_code": code, "insee_code": insee, **known} for code, insee in insee_codes.items()]
    keep(warehouse, BikeStation, None, pl.DataFrame(rows, schema=frame_schema(BikeStation)))


def keep_forecast(warehouse: Warehouse, at: datetime) -> None:
    """The forecast that came at an instant, for the hour that began then."""
    known = {"location": "paris", "provider": "open_meteo", "interval_s": 3600, "temperature_c": 7.0}
    row = {**known, "fetched_at": at, "available_at": at, "valid_at": at + timedelta(hours=1)}
    keep(warehouse, WeatherForecast, at.date(), pl.DataFrame([row], schema=frame_schema(WeatherForecast)))


def make_hours(
    store: RawStore, warehouse: Warehouse, day: date, run: str = "hours", *, full_refresh: bool = False
) -> Partition:
    """Make the hours of a UTC day of what is kept, and write them."""
    made = BIKE_HOURS.partition(inputs(store, warehouse), day, full_refresh=full_refresh)
    write_partitions(warehouse, BikeAvailabilityHourly, [made], run)
    return made


def keep(warehouse: Warehouse, contract: type[Contract], day: date | None, frame: pl.DataFrame) -> None:
    """These are the rows of a table on a UTC day, or, without one, all of its rows."""
    found = Table(warehouse, contract).note(day)
    todo = plan(found, [], [uuid4().hex])
    key = day.isoformat() if day else "all"
    write_partitions(warehouse, contract, [Partition(key=key, found=found, plan=todo, frame=frame)], uuid4().hex)
