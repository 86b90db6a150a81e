"""OpenWeatherMap's forecast for 5 days, every 3 hours (openweathermap.org/forecast5; the user's own key).

`dt` is the end of the interval: according to the documentation, `rain.3h` and `snow.3h` fell in "the last 3 hours". The
wind is in m/s also with `units=metric`. A response does not name its units. Kelvins, which are the default, are
recognised by their size. Degrees Fahrenheit are noticed only if they are too high for Celsius; then the response is
refused, since its wind is in miles per hour, too.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from statistics import median
from typing import Any

from belib_platform.settings import Settings
from belib_platform.sources import json_text
from belib_platform.sources.calendar_bounds import in_utc
from belib_platform.sources.forecast_source import forecast_source
from belib_platform.sources.forecast_steps import Forecast, Step, read_steps
from belib_platform.sources.forecast_values import FieldTypeError, Read, branch, leaf, number
from belib_platform.sources.records import BodyError
from belib_platform.sources.refusal import message_of
from belib_platform.sources.source import Request
from belib_platform.sources.weather_provider import Terms, WeatherProvider

STEP_S = 10_800

KELVINS = (150, 350)
"""Range of air temperatures in kelvins, which they never reach in degrees Celsius or Fahrenheit."""

HOTTEST = 45
"""Degrees Celsius; nowhere is the air hotter for most of five days."""


def _ratio(percent: float) -> float:
    return percent / 100


def _kmh(metres_per_second: float) -> float:
    return metres_per_second * 3.6


def _volume(step: Mapping[str, Any], name: str) -> float | None:
    """Millimetres of rain or snow. In a step with other values, an absent or empty key means 0."""
    fallen = branch(step, name)
    if fallen:
        return number(fallen.get("3h"))
    return 0.0 if _has_weather(step) else None


def _has_weather(step: Mapping[str, Any]) -> bool:
    main = step.get("main")
    return isinstance(main, Mapping) and any(value is not None for value in main.values())


def _precipitation(step: Mapping[str, Any]) -> float | None:
    rain, snow = _volume(step, "rain"), _volume(step, "snow")
    return None if rain is None or snow is None else rain + snow


def _snow_risk(step: Mapping[str, Any]) -> bool | None:
    snow = _volume(step, "snow")
    return None if snow is None else snow > 0


_MEASURES: dict[str, tuple[str, Read]] = {
    "temperature_c": ("main.temp", leaf("main", "temp")),
    "precipitation_mm": ("rain.3h", _precipitation),
    "relative_humidity_ratio": ("main.humidity", leaf("main", "humidity", _ratio)),
    "wind_speed_kmh": ("wind.speed", leaf("wind", "speed", _kmh)),
    "wind_gust_kmh": ("wind.gust", leaf("wind", "gust", _kmh)),
    "wind_from_direction_deg": ("wind.deg", leaf("wind", "deg", lambda degrees: degrees % 360)),
    "pressure_msl_hpa": ("main.pressure", leaf("main", "pressure")),
    "cloud_cover_ratio": ("clouds.all", leaf("clouds", "all", _ratio)),
    "has_snow_risk": ("snow.3h", _snow_risk),
}
"""Columns, the source's names for them, and how each is read."""

PROMISED = {name: source_name for name, (source_name, _) in _MEASURES.items() if name != "wind_gust_kmh"}
"""Columns of which every response has values: gusts are optional."""


def request(settings: Settings) -> Request:
    """Five days for the configured place, every three hours, in degrees Celsius."""
    key = settings.openweathermap_key
    return Request(
        f"{str(settings.openweathermap_url).rstrip('/')}/data/2.5/forecast",
        {"lat": str(settings.weather_latitude), "lon": str(settings.weather_longitude), "units": "metric"},
        {"appid": key} if key else {},
    )


def decode(body: bytes, media_type: str) -> Forecast:  # noqa: ARG001 — one interface for every source
    """The steps of a forecast, as `read_steps` returns them; rain and snow are added up. Raises BodyError."""
    document, non_number_count = json_text.parse_object(body)
    if str(document.get("cod", "200")) != "200":
        message = (message_of(document) or "").rstrip(".")
        raise BodyError(f"has the cod {str(document['cod'])[:20]!r}" + (f": {message}" if message else ""))
    sent = document.get("list")
    if not isinstance(sent, list) or not sent:
        raise BodyError("is an object without steps (list)")
    reads, remarks = {name: read for name, (_, read) in _MEASURES.items()}, []
    usual = median(_temperatures(sent) or [0])  # the median, so that a few wrong values do not matter
    if HOTTEST < usual <= KELVINS[0]:
        raise BodyError(f"has temperatures about {usual:.0f}, which are neither degrees Celsius nor kelvins")
    if KELVINS[0] < usual < KELVINS[1]:
        reads["temperature_c"] = leaf("main", "temp", lambda kelvin: kelvin - 273.15)
        remarks.append("temperatures are in kelvins and were converted")
    steps = [Step(_instant(step), step) for step in sent]
    return read_steps(steps, reads, STEP_S, non_number_count, remarks)


def _temperatures(steps: Sequence[object]) -> list[float]:
    """The readable temperatures; `read_steps` counts the others."""
    read = leaf("main", "temp")
    found = []
    for step in steps:
        with suppress(FieldTypeError):
            found.append(read(step) if isinstance(step, Mapping) else None)
    return [temperature for temperature in found if temperature is not None]


def _instant(step: object) -> datetime | None:
    sent = step.get("dt") if isinstance(step, Mapping) else None
    if isinstance(sent, bool) or not isinstance(sent, int):
        return None
    return in_utc(lambda: datetime.fromtimestamp(sent, UTC))


TERMS = Terms(
    "terms of OpenWeather, which asks for attribution",
    "https://openweathermap.org/",
    "Weather forecasts: provided by OpenWeather, openweathermap.org; figures derived by belib_platform",
)

OPENWEATHERMAP = forecast_source(
    "openweathermap",
    request,
    WeatherProvider(decode, PROMISED, TERMS),
    recognise=lambda document: "cod" in document and ("list" in document or "message" in document),
    record="step",
)
