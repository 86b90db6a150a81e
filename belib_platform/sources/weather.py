"""The providers of forecasts: which are asked, and how the answers of each are read."""

from collections.abc import Callable, Collection
from typing import Final, NamedTuple

from belib_platform.settings import Settings
from belib_platform.sources import infoclimat, open_meteo, openweathermap
from belib_platform.sources.forecast_steps import Forecast
from belib_platform.sources.source import Source


class Provider(NamedTuple):
    """A source of forecasts, its decoder, and the columns of which every response has values.

    All decoders give the same columns.
    """

    source: Source
    decode: Callable[[bytes, str], Forecast]
    promised: Collection[str]


PROVIDERS: Final[dict[str, Provider]] = {
    provider.source.name: provider
    for provider in (
        Provider(open_meteo.OPEN_METEO, open_meteo.decode, open_meteo.PROMISED),
        Provider(infoclimat.INFOCLIMAT, infoclimat.decode, infoclimat.PROMISED),
        Provider(openweathermap.OPENWEATHERMAP, openweathermap.decode, openweathermap.PROMISED),
    )
}


def providers_asked(settings: Settings) -> list[Source]:
    """The sources to ask, in the order set."""
    return [PROVIDERS[name].source for name in settings.weather_providers]
