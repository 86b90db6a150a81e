"""mart ↔ clean: hours and dates computed anew in memory from the stored rows, and compared."""

from collections.abc import Iterator
from datetime import date

from belib_platform.contracts.clean import ChargePoint, ChargePointStatus, WeatherForecast
from belib_platform.contracts.mart import CityDaily, StationAvailabilityHourly
from belib_platform.repair.doctor.finding import Finding, Remedy
from belib_platform.repair.doctor.refolded import compared
from belib_platform.repair.doctor.stores import Stores
from belib_platform.warehouse.city_daily import city_daily_partition
from belib_platform.warehouse.station_availability_hourly import station_availability_partition
from belib_platform.warehouse.warehouse import Table


def mart_and_clean(stores: Stores, day: date) -> Iterator[Finding]:
    """What the hours of a UTC day, and the city's figures of the date, are not."""
    hours, city = Table(stores.warehouse, StationAvailabilityHourly), Table(stores.warehouse, CityDaily)
    runs, points, forecasts = (
        Table(stores.warehouse, contract) for contract in (ChargePointStatus, ChargePoint, WeatherForecast)
    )
    made = station_availability_partition(day, runs, points, forecasts, hours, full_refresh=True)
    yield from compared(hours, day, made, Remedy.MART)
    yield from compared(city, day, city_daily_partition(day, hours, city, stores.now, full_refresh=True), Remedy.MART)
