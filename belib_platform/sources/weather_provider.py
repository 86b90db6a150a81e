"""What a source of forecasts has in addition: how its responses are read, and their terms of use."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from belib_platform.sources.forecast_steps import Forecast


class Terms(NamedTuple):
    """A publisher's licence, its URL, and the required attribution."""

    licence: str
    url: str
    attribution: str


class WeatherProvider(NamedTuple):
    """All decoders give the columns of `forecast_steps.COLUMNS`.

    `promised` are the columns of which every response has values, with the provider's names for them.
    """

    decode: Callable[[bytes, str], Forecast]
    promised: Mapping[str, str]
    terms: Terms
