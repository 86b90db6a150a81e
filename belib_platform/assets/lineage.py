"""Where the columns of the mart come from."""

from collections.abc import Iterable

import dagster as dg

from belib_platform.contracts.bikes.mart import BIKE_SECONDS, LACKING
from belib_platform.contracts.mart import SECONDS
from belib_platform.transforms.bike_city import MEANS, SUMMED
from belib_platform.transforms.bike_moves import MOVED, OPEN
from belib_platform.transforms.city import IN_SERVICE
from belib_platform.transforms.weather import VALUES

Lineage = dict[str, list[dg.TableColumnDep]]


def _from(asset: str, *columns: str) -> list[dg.TableColumnDep]:
    return [dg.TableColumnDep(asset_key=asset, column_name=column) for column in columns]


WEATHER = {
    "precipitation_mmh": _from("weather_forecast", "precipitation_mm", "interval_s"),
    "weather_provider": _from("weather_forecast", "provider"),
    "weather_valid_at": _from("weather_forecast", "valid_at"),
    "weather_available_at": _from("weather_forecast", "available_at"),
    **{column: _from("weather_forecast", column) for column in VALUES},
}
"""The weather of an hour."""

INTERVAL = ("first_seen_at", "last_seen_at", "holds_until")
RUN = _from("charge_point_status", "charge_point_id", "status", *INTERVAL)

STATION_AVAILABILITY = {
    "hour_at": _from("charge_point_status", "first_seen_at"),
    "station_id": _from("charge_point", "station_id"),
    "power_kw": _from("charge_point", "power_kw"),
    "arrondissement": _from("charge_point", "arrondissement"),
    "point_count": _from("charge_point_status", "charge_point_id"),
    "no_point_free_s": RUN,
    **dict.fromkeys(SECONDS, RUN),
    **WEATHER,
}
"""Columns of `station_availability_hourly` by the columns they are computed from."""


def _bike_run(*counts: str) -> list[dg.TableColumnDep]:
    return _from("bike_station_status", "station_code", *counts, *OPEN, *INTERVAL)


BIKES, EBIKES, DOCKS = _bike_run("mechanical", "ebike"), _bike_run("ebike"), _bike_run("docks")

BIKE_AVAILABILITY = {
    "hour_at": _from("bike_station_status", "first_seen_at"),
    "station_code": _from("bike_station_status", "station_code"),
    "insee_code": _from("bike_station", "insee_code", "arrondissement"),
    "capacity": _from("bike_station", "capacity"),
    **dict.fromkeys(BIKE_SECONDS, _bike_run()),
    **dict(zip(MEANS, (BIKES, EBIKES, DOCKS), strict=True)),
    **dict(zip(LACKING, (BIKES, EBIKES, DOCKS), strict=True)),
    **dict.fromkeys(MOVED, BIKES),
    **WEATHER,
}
"""Columns of `bike_availability_hourly` by the columns they are computed from."""


def _of_date(hourly: str, summed: Iterable[str]) -> Lineage:
    """The columns that every table by local date has."""
    from_weather = {
        "hours_with_weather": "weather_provider",
        "weather_providers": "weather_provider",
        "temperature_c": "temperature_c",
        "precipitation_mm": "precipitation_mmh",
    }
    of_calendar = ("local_date", "hours", "hours_in_mart", "is_public_holiday", "is_school_holiday")
    return {
        **dict.fromkeys(of_calendar, _from(hourly, "hour_at")),
        **{column: _from(hourly, read) for column, read in from_weather.items()},
        **{column: _from(hourly, column) for column in summed},
    }


def _hourly(*columns: str) -> list[dg.TableColumnDep]:
    return _from("station_availability_hourly", *columns)


CITY = {
    **_of_date("station_availability_hourly", SECONDS),
    "arrondissement": _hourly("arrondissement"),
    "point_count": _hourly("point_count"),
    "occupancy_ratio": _hourly("available_s", "charging_s"),
    "available_ratio": _hourly(*SECONDS[:-1]),
    "uptime_lower_ratio": _hourly(*IN_SERVICE),
    "uptime_upper_ratio": _hourly(*IN_SERVICE),
    "observed_ratio": _hourly("point_count", *SECONDS),
    "no_point_free_ratio": _hourly("no_point_free_s"),
}
"""Columns of `city_daily` by the columns they are computed from."""


def _of_bikes(*columns: str) -> list[dg.TableColumnDep]:
    return _from("bike_availability_hourly", *columns)


BIKE_CITY = {
    **_of_date("bike_availability_hourly", SUMMED),
    "area": _of_bikes("insee_code"),
    "station_count": _of_bikes("station_code"),
    "observed_ratio": _of_bikes("station_code", *BIKE_SECONDS),
    **{mean: _of_bikes(mean, "open_s") for mean in MEANS},
    **{lacking.replace("_s", "_ratio"): _of_bikes(lacking, "open_s") for lacking in LACKING},
}
"""Columns of `bike_city_daily` by the columns they are computed from."""

STATION_FREE = {
    "hour_at": _from("charge_point_status", "first_seen_at"),
    "station_id": _from("charge_point", "station_id"),
    "arrondissement": _from("charge_point", "arrondissement"),
    "point_count": _from("charge_point_status", "charge_point_id"),
    **dict.fromkeys(("free_s", "none_free_s", "undetermined_s"), RUN),
}
"""Columns of `station_free_hourly` by the columns they are computed from."""
