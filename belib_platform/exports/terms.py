"""Licences and attributions of the data."""

from collections.abc import Iterable

from belib_platform.sources.weather import PROVIDERS
from belib_platform.sources.weather_provider import Terms

BELIB = Terms(
    "ODbL 1.0",
    "https://opendatacommons.org/licenses/odbl/1-0/",
    "Belib' charging points: Ville de Paris, opendata.paris.fr; history and figures derived by belib_platform",
)

VELIB = Terms(
    BELIB.licence,
    BELIB.url,
    "Vélib' bike stations: Smovengo / Autolib' Vélib' Métropole – opendata.paris.fr; history and figures derived by "
    "belib_platform",
)

BORDERS = Terms(BELIB.licence, BELIB.url, "Borders of the arrondissements: Ville de Paris, opendata.paris.fr")


def terms_of(providers: Iterable[str], data: Terms = BELIB) -> list[Terms]:
    """The terms of Belib', or of other data, and of these weather providers, each once."""
    return [data, *(PROVIDERS[provider].terms for provider in sorted(set(providers)))]
