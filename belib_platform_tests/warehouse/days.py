"""Days carried from raw to the mart as the jobs do it, without Dagster."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import uuid4

import polars as pl

from belib_platform.contracts.clean import (
    ChargePoint,
    ChargePointDay,
    ChargePointStatus,
    Poll,
    RejectedRecord,
    Station,
    WeatherForecast,
)
from belib_platform.contracts.contract import Contract, name, partition_column
from belib_platform.contracts.mart import CityDaily, StationAvailabilityHourly
from belib_platform.raw.store import RawStore
from belib_platform.warehouse.charge_point import charge_point_partition, station_partition
from belib_platform.warehouse.charge_point_day import charge_point_day_partition
from belib_platform.warehouse.charge_point_status import charge_point_status_partition
from belib_platform.warehouse.city_daily import city_daily_partition
from belib_platform.warehouse.partition import Partition, write_partitions
from belib_platform.warehouse.poll import poll_partition
from belib_platform.warehouse.station_availability_hourly import station_availability_partition
from belib_platform.warehouse.warehouse import Table, Warehouse
from belib_platform.warehouse.weather_forecast import weather_forecast_partition

MADE: list[type[Contract]] = [
    ChargePointStatus,
    Poll,
    ChargePointDay,
    ChargePoint,
    Station,
    WeatherForecast,
    StationAvailabilityHourly,
]
"""In the order in which a day is made."""


DERIVED = [*MADE, CityDaily]
"""In the order in which a run makes its days."""

NOW = datetime(2026, 1, 1, tzinfo=UTC)
"""When all days of these tests are over, in Paris too."""


def refresh(
    store: RawStore, house: Warehouse, day: date, *, full_refresh: bool = False, run: str = "run"
) -> dict[str, Partition]:
    """Make one UTC day of every table and write it; what is up to date stays as it is."""
    made = {}
    for contract in MADE:
        partition = _window(contract, store, house, day, full_refresh=full_refresh)
        write_partitions(house, contract, [partition], run)
        made[name(contract)] = partition
    return made


def run(store: RawStore, house: Warehouse, days: Sequence[date], tables: Sequence[type[Contract]] = DERIVED) -> None:
    """Make days of these tables as one run does: each table for all days before the next one is made."""
    for contract in tables:
        due = days if partition_column(contract) else days[:1]
        partitions = [_window(contract, store, house, day, full_refresh=False) for day in due]
        write_partitions(house, contract, partitions, uuid4().hex)


def _window(contract: type[Contract], store: RawStore, house: Warehouse, day: date, *, full_refresh: bool) -> Partition:
    own, responses, status = Table(house, contract), store.responses("raw_belib"), Table(house, ChargePointStatus)
    points = Table(house, ChargePoint)
    if contract is ChargePointStatus:
        return charge_point_status_partition(day, responses, own, full_refresh=full_refresh)
    if contract is Poll:
        return poll_partition(day, store.ledger, responses, status, own, full_refresh=full_refresh)
    if contract is ChargePointDay:
        return charge_point_day_partition(
            day, responses, store.responses("raw_belib_static"), own, full_refresh=full_refresh
        )
    if contract is ChargePoint:
        return charge_point_partition(Table(house, ChargePointDay), own, full_refresh=full_refresh)
    if contract is Station:
        return station_partition(points, own, full_refresh=full_refresh)
    if contract is WeatherForecast:
        return weather_forecast_partition(day, store.responses("raw_meteo"), own, "paris", full_refresh=full_refresh)
    if contract is CityDaily:
        return city_daily_partition(day, Table(house, StationAvailabilityHourly), own, NOW, full_refresh=full_refresh)
    return station_availability_partition(
        day, status, points, Table(house, WeatherForecast), own, full_refresh=full_refresh
    )


def rows_of(house: Warehouse, *, also: tuple[type[Contract], ...] = (RejectedRecord,)) -> dict[str, pl.DataFrame]:
    """All rows of all tables that are made, in one order."""
    frames = {name(contract): house.read(contract) for contract in (*MADE, *also)}
    return {table: frame.sort(frame.columns) for table, frame in frames.items()}


def assert_same(one: dict[str, pl.DataFrame], other: dict[str, pl.DataFrame]) -> None:
    """Fails with the name of the first table that differs and the rows only one of the two has."""
    assert one.keys() == other.keys()
    for table, rows in one.items():
        key = rows.columns
        only_one = rows.join(other[table], on=key, how="anti", nulls_equal=True)
        only_other = other[table].join(rows, on=key, how="anti", nulls_equal=True)
        assert rows.equals(other[table]), (table, only_one.head(3).rows(), only_other.head(3).rows())
