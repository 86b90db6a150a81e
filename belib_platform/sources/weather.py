"""The weather providers: how the responses of each are read, and which are asked."""

from typing import Final

from belib_platform.settings import Settings
from belib_platform.sources.registry import SOURCES
from belib_platform.sources.source import Source
from belib_platform.sources.weather_provider import WeatherProvider

PROVIDERS: Final[dict[str, WeatherProvider]] = {
    name: source.weather for name, source in SOURCES.items() if source.weather
}
"""By the name of the provider."""


def providers_asked(settings: Settings) -> list[Source]:
    """The sources to ask, in the order set."""
    return [SOURCES[name] for name in settings.weather_providers]
