"""What all weather providers have in common: one collection for their responses, and a request every hour."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from belib_platform.settings import Settings
from belib_platform.sources.cadence import HOURLY
from belib_platform.sources.forecast_verdict import judge_forecast
from belib_platform.sources.source import Request, Source
from belib_platform.sources.weather_provider import WeatherProvider

FORECASTS: Final = "raw_meteo"
"""The collection of every provider's responses."""


def forecast_source(
    name: str,
    request: Callable[[Settings], Request],
    weather: WeatherProvider,
    recognise: Callable[[Mapping[str, Any]], bool],
    record: str,
) -> Source:
    """A weather provider. A response is sound as `judge_forecast` says; `record` is the word for one of its steps."""
    return Source(
        name=name,
        title="weather forecast",
        description="Every requested weather forecast, byte for byte. Services do not keep their forecasts; only these "
        "show what was known at an hour.",
        collection=FORECASTS,
        cadence=HOURLY,
        pool="open_meteo",
        request=request,
        judge=lambda body, media_type: judge_forecast(
            lambda: weather.decode(body, media_type), weather.promised, record
        ),
        recognise=recognise,
        weather=weather,
        first_asked=0,
    )
