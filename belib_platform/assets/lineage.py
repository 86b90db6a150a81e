"""Where the columns of the mart come from."""

import dagster as dg

from belib_platform.contracts.mart import SECONDS
from belib_platform.transforms.city import IN_SERVICE
from belib_platform.transforms.weather import VALUES


def _from(asset: str, *columns: str) -> list[dg.TableColumnDep]:
    return [dg.TableColumnDep(asset_key=asset, column_name=column) for column in columns]


RUN = _from("charge_point_status", "charge_point_id", "status", "first_seen_at", "last_seen_at", "holds_until")

STATION_AVAILABILITY = {
    "hour_at": _from("charge_point_status", "first_seen_at"),
    "station_id": _from("charge_point", "station_id"),
    "power_kw": _from("charge_point", "power_kw"),
    "arrondissement": _from("charge_point", "arrondissement"),
    "point_count": _from("charge_point_status", "charge_point_id"),
    "no_point_free_s": RUN,
    "precipitation_mmh": _from("weather_forecast", "precipitation_mm", "interval_s"),
    "weather_provider": _from("weather_forecast", "provider"),
    "weather_valid_at": _from("weather_forecast", "valid_at"),
    "weather_available_at": _from("weather_forecast", "available_at"),
    **dict.fromkeys(SECONDS, RUN),
    **{column: _from("weather_forecast", column) for column in VALUES},
}
"""Columns of `station_availability_hourly` by the columns they are computed from."""


def _hourly(*columns: str) -> list[dg.TableColumnDep]:
    return _from("station_availability_hourly", *columns)


CITY = {
    "local_date": _hourly("hour_at"),
    "hours": _hourly("hour_at"),
    "hours_in_mart": _hourly("hour_at"),
    "arrondissement": _hourly("arrondissement"),
    "point_count": _hourly("point_count"),
    "occupancy_ratio": _hourly("available_s", "charging_s"),
    "available_ratio": _hourly(*SECONDS[:-1]),
    "uptime_lower_ratio": _hourly(*IN_SERVICE),
    "uptime_upper_ratio": _hourly(*IN_SERVICE),
    "observed_ratio": _hourly("point_count", *SECONDS),
    "no_point_free_ratio": _hourly("no_point_free_s"),
    "hours_with_weather": _hourly("weather_provider"),
    "weather_providers": _hourly("weather_provider"),
    "temperature_c": _hourly("temperature_c"),
    "precipitation_mm": _hourly("precipitation_mmh"),
    "is_public_holiday": _hourly("hour_at"),
    "is_school_holiday": _hourly("hour_at"),
    **{column: _hourly(column) for column in SECONDS},
}
"""Columns of `city_daily` by the columns they are computed from."""

STATION_FREE = {
    "hour_at": _from("charge_point_status", "first_seen_at"),
    "station_id": _from("charge_point", "station_id"),
    "arrondissement": _from("charge_point", "arrondissement"),
    "point_count": _from("charge_point_status", "charge_point_id"),
    **dict.fromkeys(("free_s", "none_free_s", "undetermined_s"), RUN),
}
"""Columns of `station_free_hourly` by the columns they are computed from."""
