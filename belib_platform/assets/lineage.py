"""Where the columns of the mart come from."""

import dagster as dg

from belib_platform.contracts.mart import SECONDS
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
