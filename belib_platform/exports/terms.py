"""Licences and attributions of the data."""

from collections.abc import Iterable
from typing import NamedTuple


class Terms(NamedTuple):
    """A publisher's licence, its URL, and the attribution."""

    licence: str
    url: str
    attribution: str


BELIB = Terms(
    "ODbL 1.0",
    "https://opendatacommons.org/licenses/odbl/1-0/",
    "Belib' charging points: Ville de Paris, opendata.paris.fr; history and figures derived by belib_platform",
)

WEATHER = {
    "infoclimat": Terms(
        "terms of Infoclimat, which asks for attribution",
        "https://www.infoclimat.fr/",
        "Weather forecasts: Infoclimat, www.infoclimat.fr, from NOAA's GFS; figures derived by belib_platform",
    ),
    "open_meteo": Terms(
        "CC BY 4.0",
        "https://creativecommons.org/licenses/by/4.0/",
        "Weather forecasts: Open-Meteo.com; figures derived by belib_platform",
    ),
    "openweathermap": Terms(
        "terms of OpenWeather, which asks for attribution",
        "https://openweathermap.org/",
        "Weather forecasts: provided by OpenWeather, openweathermap.org; figures derived by belib_platform",
    ),
}
"""Terms by provider."""


def terms_of(providers: Iterable[str]) -> list[Terms]:
    """The terms of Belib' and of these weather providers, without repetition."""
    return [BELIB, *(WEATHER[provider] for provider in sorted(set(providers)))]
