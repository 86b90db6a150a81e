"""The providers of forecasts: which are asked, and how the answers of each are read."""

from collections.abc import Callable
from typing import Final, NamedTuple

from belib_platform.settings import Settings
from belib_platform.sources import infoclimat, open_meteo, openweathermap
from belib_platform.sources.records import Decoded
from belib_platform.sources.source import Source


class Provider(NamedTuple):
    """A source of forecasts and its decoder; all decoders give the same columns."""

    source: Source
    decode: Callable[[bytes, str], Decoded]


PROVIDERS: Final[dict[str, Provider]] = {
    provider.source.name: provider
    for provider in (
        Provider(open_meteo.OPEN_METEO, open_meteo.decode),
        Provider(infoclimat.INFOCLIMAT, infoclimat.decode),
        Provider(openweathermap.OPENWEATHERMAP, openweathermap.decode),
    )
}


def providers_asked(settings: Settings) -> list[Source]:
    """The sources to ask, in the order set."""
    return [PROVIDERS[name].source for name in settings.weather_providers]
