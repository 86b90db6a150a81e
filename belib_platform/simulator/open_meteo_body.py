"""The body of Open-Meteo's `/v1/forecast` for a simulated forecast."""

import json
from collections.abc import Sequence
from typing import Any, Final

import polars as pl

PERCENT: Final = 100
VARIABLES: Final = {
    "temperature_2m": ("°C", "temperature_c", 1),
    "relative_humidity_2m": ("%", "relative_humidity_ratio", PERCENT),
    "precipitation": ("mm", "precipitation_mm", 1),
    "snowfall": ("cm", "snowfall_cm", 1),
    "pressure_msl": ("hPa", "pressure_msl_hpa", 1),
    "cloud_cover": ("%", "cloud_cover_ratio", PERCENT),
    "wind_speed_10m": ("km/h", "wind_speed_kmh", 1),
    "wind_gusts_10m": ("km/h", "wind_gust_kmh", 1),
    "wind_direction_10m": ("°", "wind_from_direction_deg", 1),
}
"""Unit, column of `Sky.forecast` and factor of each supported hourly variable."""

DAYS: Final = 7


def open_meteo_body(
    forecast: pl.DataFrame, variables: Sequence[str] = tuple(VARIABLES), *, as_unixtime: bool = True
) -> bytes:
    """The JSON body in UTC for these hourly variables; times are epoch seconds, or else ISO 8601 in minutes."""
    times: list[Any] = (forecast["valid_at"].dt.epoch("s") if as_unixtime else forecast["valid_at"]).to_list()
    answer = {
        "latitude": 48.86,
        "longitude": 2.3399997,
        "generationtime_ms": 0.0829,
        "utc_offset_seconds": 0,
        "timezone": "GMT",
        "timezone_abbreviation": "GMT",
        "elevation": 43.0,
        "hourly_units": {
            "time": "unixtime" if as_unixtime else "iso8601",
            **{variable: VARIABLES[variable][0] for variable in variables},
        },
        "hourly": {
            "time": times if as_unixtime else [f"{at:%Y-%m-%dT%H:%M}" for at in times],
            **{variable: _values(forecast, variable) for variable in variables},
        },
    }
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()


def _values(forecast: pl.DataFrame, variable: str) -> list[float]:
    unit, column, factor = VARIABLES[variable]
    values = forecast[column] * factor
    return (values.round().cast(pl.Int64) if unit in ("%", "°") else values).to_list()
