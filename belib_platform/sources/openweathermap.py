"""OpenWeatherMap's forecast for 5 days, every 3 hours (openweathermap.org/forecast5; the user's own key).

`dt` is the time forecast and ends the interval: `rain.3h` and `snow.3h` are what fell in "the last 3 hours", says the
documentation. The wind is in m/s also where `units=metric` is asked for. A body does not say its units; one asked for
without `units=metric` is in kelvins, which the contract's bounds turn away.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from belib_platform.settings import Settings
from belib_platform.sources import json_text
from belib_platform.sources.forecast_steps import Read, Step, branch, leaf, number, read_steps
from belib_platform.sources.forecast_verdict import judge_forecast
from belib_platform.sources.records import BodyError, Decoded
from belib_platform.sources.refusal import message_of
from belib_platform.sources.source import Request, Source
from belib_platform.sources.verdict import Verdict

STEP_S = 10_800


def _ratio(percent: float) -> float:
    return percent / 100


def _kmh(metres_per_second: float) -> float:
    return metres_per_second * 3.6


def _volume(step: Mapping[str, Any], name: str) -> float | None:
    """Millimetres of rain or snow. Where none is expected the key is absent or empty: 0, not unknown."""
    fallen = branch(step, name)
    return number(fallen.get("3h")) if fallen else 0.0


def _precipitation(step: Mapping[str, Any]) -> float | None:
    rain, snow = _volume(step, "rain"), _volume(step, "snow")
    return None if rain is None or snow is None else rain + snow


def _snow_risk(step: Mapping[str, Any]) -> bool | None:
    snow = _volume(step, "snow")
    return None if snow is None else snow > 0


_MEASURES: dict[str, tuple[str, Read]] = {
    "temperature_c": ("main.temp", leaf("main", "temp")),
    "relative_humidity_ratio": ("main.humidity", leaf("main", "humidity", _ratio)),
    "wind_speed_kmh": ("wind.speed", leaf("wind", "speed", _kmh)),
    "wind_gust_kmh": ("wind.gust", leaf("wind", "gust", _kmh)),
    "wind_from_direction_deg": ("wind.deg", leaf("wind", "deg", lambda degrees: degrees % 360)),
    "pressure_msl_hpa": ("main.pressure", leaf("main", "pressure")),
    "cloud_cover_ratio": ("clouds.all", leaf("clouds", "all", _ratio)),
}
"""Columns, the source's names for them, and how each is read; those whose absence tells something are apart."""

_FALLEN: dict[str, Read] = {"precipitation_mm": _precipitation, "has_snow_risk": _snow_risk}


def request(settings: Settings) -> Request:
    """Five days for the place set, every three hours, in degrees Celsius."""
    key = settings.openweathermap_key
    return Request(
        f"{str(settings.openweathermap_url).rstrip('/')}/data/2.5/forecast",
        {"lat": str(settings.weather_latitude), "lon": str(settings.weather_longitude), "units": "metric"},
        {"appid": key} if key else {},
    )


def decode(body: bytes, media_type: str) -> Decoded:  # noqa: ARG001 — one interface for every source
    """The steps of a forecast, as `read_steps` says; rain and snow are added up. Raises BodyError."""
    document, non_number_count = json_text.parse(body)
    if not isinstance(document, dict):
        raise BodyError(f"is not an object but a {type(document).__name__}")
    if str(document.get("cod", "200")) != "200":
        said = (message_of(document) or "").rstrip(".")
        raise BodyError(f"has the cod {str(document['cod'])[:20]!r}" + (f": {said}" if said else ""))
    steps = document.get("list")
    if not isinstance(steps, list) or not steps:
        raise BodyError("is an object without steps (list)")
    reads = {name: read for name, (_, read) in _MEASURES.items()} | _FALLEN
    return read_steps([Step(_instant(step), step) for step in steps], reads, STEP_S, non_number_count)


def judge(body: bytes, media_type: str) -> Verdict:
    """Sound: `cod` is 200, and what `judge_forecast` asks; `record_count` counts the steps."""
    source_names = {name: source_name for name, (source_name, _) in _MEASURES.items()}
    return judge_forecast(lambda: decode(body, media_type), source_names, "step")


def _instant(step: object) -> datetime | None:
    sent = step.get("dt") if isinstance(step, Mapping) else None
    try:
        return datetime.fromtimestamp(sent, UTC) if isinstance(sent, int) and not isinstance(sent, bool) else None
    except (ValueError, OverflowError, OSError):
        return None


OPENWEATHERMAP = Source(name="openweathermap", collection="raw_meteo", request=request, announcement=None, judge=judge)
