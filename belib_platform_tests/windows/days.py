"""Days carried from raw to the mart as the jobs do it, without Dagster."""

from datetime import date

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
from belib_platform.contracts.contract import Contract, name
from belib_platform.contracts.mart import StationAvailabilityHourly
from belib_platform.raw.store import RawStore
from belib_platform.warehouse.warehouse import Table, Warehouse
from belib_platform.warehouse.window import Window, write_windows
from belib_platform.windows.charge_point import charge_point_window, station_window
from belib_platform.windows.charge_point_day import charge_point_day_window
from belib_platform.windows.charge_point_status import charge_point_status_window
from belib_platform.windows.poll import poll_window
from belib_platform.windows.station_availability_hourly import station_availability_window
from belib_platform.windows.weather_forecast import weather_forecast_window

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


def refresh(store: RawStore, house: Warehouse, day: date, *, anew: bool = False, run: str = "run") -> dict[str, Window]:
    """Make one UTC day of every table and write it; what is up to date stays as it is."""
    made = {}
    for contract in MADE:
        window = _window(contract, store, house, day, anew=anew)
        write_windows(house, contract, [window], run)
        made[name(contract)] = window
    return made


def _window(contract: type[Contract], store: RawStore, house: Warehouse, day: date, *, anew: bool) -> Window:
    own, pages, status = Table(house, contract), store.pages("raw_belib"), Table(house, ChargePointStatus)
    points = Table(house, ChargePoint)
    if contract is ChargePointStatus:
        return charge_point_status_window(day, pages, own, anew=anew)
    if contract is Poll:
        return poll_window(day, store.ledger, pages, status, own, anew=anew)
    if contract is ChargePointDay:
        return charge_point_day_window(day, pages, store.pages("raw_belib_static"), own, anew=anew)
    if contract is ChargePoint:
        return charge_point_window(Table(house, ChargePointDay), own, anew=anew)
    if contract is Station:
        return station_window(points, own, anew=anew)
    if contract is WeatherForecast:
        return weather_forecast_window(day, store.pages("raw_meteo"), own, "paris", anew=anew)
    return station_availability_window(day, status, points, Table(house, WeatherForecast), own, anew=anew)


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
