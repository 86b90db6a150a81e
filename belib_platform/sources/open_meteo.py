"""Open-Meteo's hourly forecast (open-meteo.com/en/docs, CC BY 4.0; no key needed)."""

from belib_platform.settings import Settings
from belib_platform.sources.forecast_source import forecast_source
from belib_platform.sources.forecast_steps import Forecast
from belib_platform.sources.hourly_forecast import read_hours
from belib_platform.sources.hourly_variables import MEASURES
from belib_platform.sources.source import Request
from belib_platform.sources.weather_provider import Terms, WeatherProvider

FORECAST_DAYS = 7

PROMISED = {measure.name: measure.source_name for measure in MEASURES}
"""Columns of which every response has values, and the source's names for them."""


def request(settings: Settings) -> Request:
    """Seven days for the configured place, hour by hour, in UTC."""
    return Request(
        f"{str(settings.open_meteo_url).rstrip('/')}/v1/forecast",
        {
            "latitude": str(settings.weather_latitude),
            "longitude": str(settings.weather_longitude),
            "hourly": ",".join(measure.source_name for measure in MEASURES),
            "timezone": "UTC",
            "timeformat": "unixtime",
            "forecast_days": str(FORECAST_DAYS),
        },
    )


def decode(body: bytes, media_type: str) -> Forecast:  # noqa: ARG001 — one interface for every source
    """The hours of a forecast, as `read_hours` returns them. Raises BodyError."""
    return read_hours(body)


TERMS = Terms(
    "CC BY 4.0",
    "https://creativecommons.org/licenses/by/4.0/",
    "Weather forecasts: Open-Meteo.com; figures derived by belib_platform",
)

OPEN_METEO = forecast_source(
    "open_meteo",
    request,
    WeatherProvider(decode, PROMISED, TERMS),
    recognise=lambda document: isinstance(document.get("hourly"), dict),
    record="hour",
)
