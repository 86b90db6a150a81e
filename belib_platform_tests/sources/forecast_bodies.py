"""Forecasts as Infoclimat and OpenWeatherMap write them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")

HEAD = {"request_state": 200, "request_key": "0" * 32, "message": "OK", "model_run": "08", "source": "internal:GFS:1"}


def gfs_step(**changes: Any) -> dict[str, Any]:
    """One step of Infoclimat's, sentinels and all."""
    return {
        "temperature": {"2m": 283.15, "sol": 283.1, "500hPa": 273.2, "850hPa": 273.2},
        "pression": {"niveau_de_la_mer": 102220},
        "pluie": 1.5,
        "pluie_convective": 0,
        "humidite": {"2m": 70},
        "vent_moyen": {"10m": 40.8},
        "vent_rafales": {"10m": 12.8},
        "vent_direction": {"10m": 450},
        "iso_zero": 2498,
        "risque_neige": "non",
        "cape": 0,
        "nebulosite": {"haute": 0, "moyenne": 0, "basse": 0, "totale": 25},
        **changes,
    }


def gfs(steps: dict[str, Any], **head: Any) -> bytes:
    """Infoclimat's document."""
    return json.dumps({**HEAD, **head, **steps}).encode()


def gfs_from(first: datetime, steps: int = 64) -> bytes:
    """A sound document of Infoclimat's: Paris times of a UTC grid."""
    grid = [(first + timedelta(hours=3 * n)).astimezone(PARIS) for n in range(steps)]
    return gfs({f"{at:%Y-%m-%d %H:%M:%S}": gfs_step() for at in grid})


def owm_step(dt: object, **changes: Any) -> dict[str, Any]:
    """One dry step of OpenWeatherMap's, without rain, snow and gusts."""
    return {
        "dt": dt,
        "main": {"temp": 9.5, "feels_like": 8, "pressure": 1015, "sea_level": 1015, "grnd_level": 1009, "humidity": 69},
        "weather": [{"id": 800, "main": "Clear"}],
        "clouds": {"all": 40},
        "wind": {"speed": 10, "deg": 360},
        "pop": 0.32,
        "dt_txt": "2022-08-30 15:00:00",
        **changes,
    }


def owm(steps: list[Any], **head: Any) -> bytes:
    """OpenWeatherMap's document."""
    city = {"id": 2988507, "name": "Paris"}
    return json.dumps({"cod": "200", "message": 0, "cnt": len(steps), "list": steps, "city": city, **head}).encode()


def owm_from(first: datetime, steps: int = 40) -> bytes:
    """A sound document of OpenWeatherMap's."""
    return owm([owm_step(int(first.astimezone(UTC).timestamp()) + 10_800 * n) for n in range(steps)])


def open_meteo_from(first: datetime, hours: int = 168, **changes: Any) -> bytes:
    """A sound document of Open-Meteo's."""
    start = int(first.astimezone(UTC).timestamp())
    values = {
        "temperature_2m": 12.5,
        "relative_humidity_2m": 57,
        "precipitation": 0.4,
        "snowfall": 0,
        "pressure_msl": 1013.2,
        "cloud_cover": 40,
        "wind_speed_10m": 10,
        "wind_gusts_10m": 15.5,
        "wind_direction_10m": 359,
    }
    columns = {name: [value] * hours for name, value in values.items()}
    hourly = {"time": [start + 3600 * n for n in range(hours)], **columns, **changes}
    return json.dumps({"utc_offset_seconds": 0, "hourly": hourly}).encode()
