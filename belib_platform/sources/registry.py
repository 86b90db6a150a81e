"""Every source there is, by name."""

from typing import Final

from belib_platform.sources.arrondissements import ARRONDISSEMENTS
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.sources.belib_static import BELIB_STATIC
from belib_platform.sources.source import Source
from belib_platform.sources.weather import PROVIDERS

SOURCES: Final[dict[str, Source]] = {
    source.name: source
    for source in (BELIB, BELIB_STATIC, ARRONDISSEMENTS, *(provider.source for provider in PROVIDERS.values()))
}
