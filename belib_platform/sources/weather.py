"""The weather providers, and which of them are asked."""

from typing import Final

from belib_platform.settings import Settings
from belib_platform.sources.registry import SOURCES
from belib_platform.sources.source import Source
from belib_platform.sources.weather_provider import WeatherProvider

PROVIDERS: Final[dict[str, WeatherProvider]] = {
    name: source.weather for name, source in SOURCES.items() if source.weather
}
"""By name."""


def providers_asked(settings: Settings) -> list[Source]:
    """The configured providers, in their order."""
    return [SOURCES[name] for name in settings.weather_providers]
