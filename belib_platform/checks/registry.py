"""Which checks each asset has. A new one is added in the module of its asset."""

from collections.abc import Mapping, Sequence

import dagster as dg

from belib_platform.checks import (
    archive,
    arrondissement,
    attributes,
    bike_availability_hourly,
    bike_city_daily,
    bike_tomorrow,
    charge_point,
    city_daily,
    poll,
    providers,
    search,
    station_availability_hourly,
    station_nearby,
    statistics,
    status,
    weather_forecast,
)
from belib_platform.checks.check import Check
from belib_platform.checks.contract_kept import ROWS_KEEP_THEIR_CONTRACT
from belib_platform.sources.forecast_source import FORECASTS
from belib_platform.warehouse.registry import MADE_TABLES

OF_ONE_TABLE: Mapping[str, Sequence[Check]] = {
    "poll": poll.CHECKS,
    "charge_point_status": status.CHARGE_POINT_CHECKS,
    "charge_point_day": attributes.CHARGE_POINT_CHECKS,
    "bike_station_status": status.BIKE_STATION_CHECKS,
    "bike_station_day": attributes.BIKE_STATION_CHECKS,
    "charge_point": charge_point.CHECKS,
    "arrondissement": arrondissement.CHECKS,
    "weather_forecast": weather_forecast.CHECKS,
    "station_availability_hourly": station_availability_hourly.CHECKS,
    "city_daily": city_daily.CHECKS,
    "bike_availability_hourly": bike_availability_hourly.CHECKS,
    "bike_city_daily": bike_city_daily.CHECKS,
    "bike_tomorrow": bike_tomorrow.CHECKS,
    "station_rhythm": statistics.ALL_HOURS,
    "station_period": statistics.ALL_HOURS,
    "bike_rhythm": statistics.ALL_BIKE_HOURS,
    "outage": statistics.NO_OVERLAP,
    "station_nearby": station_nearby.CHECKS,
}
"""Checks that a table has beside the one that every table has."""

CHECKS: Mapping[str, Sequence[Check]] = {
    **{table.name: (ROWS_KEEP_THEIR_CONTRACT, *OF_ONE_TABLE.get(table.name, ())) for table in MADE_TABLES},
    FORECASTS: (providers.EVERY_PROVIDER_ANSWERED,),
    **search.CHECKS,
    "archive_belib": archive.CHECKS,
    "retired_day": archive.RETIRED_CHECKS,
}
"""All checks by asset; an asset that is not named has none."""


def check_specs(asset: str) -> list[dg.AssetCheckSpec]:
    """The declarations of an asset's checks for Dagster."""
    return [check.spec(asset) for check in CHECKS.get(asset, ())]
