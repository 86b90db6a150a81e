"""Every source there is. A new source goes to the end."""

from typing import Final

from belib_platform.sources.arrondissements import ARRONDISSEMENTS
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.sources.belib_static import BELIB_STATIC
from belib_platform.sources.cadence import FEEDS
from belib_platform.sources.infoclimat import INFOCLIMAT
from belib_platform.sources.open_meteo import OPEN_METEO
from belib_platform.sources.openweathermap import OPENWEATHERMAP
from belib_platform.sources.source import Source
from belib_platform.sources.velib_information import VELIB_INFORMATION
from belib_platform.sources.velib_realtime import VELIB

SOURCES: Final[dict[str, Source]] = {
    source.name: source
    for source in (
        BELIB,
        BELIB_STATIC,
        ARRONDISSEMENTS,
        OPEN_METEO,
        INFOCLIMAT,
        OPENWEATHERMAP,
        VELIB,
        VELIB_INFORMATION,
    )
}
"""By name. Their order is that of an archived day's lines, of which its hash is made: it never changes."""


def raw_collections() -> list[str]:
    """The MongoDB collections, and the raw assets, of all sources; some share one."""
    return list(dict.fromkeys(source.collection for source in SOURCES.values()))


def latest_collections() -> list[str]:
    """The MongoDB collections, and the assets, of the latest documents of each feed."""
    feeds = (source for source in SOURCES.values() if source.cadence in FEEDS)
    return list(dict.fromkeys(f"{source.collection}_latest" for source in feeds))


def asked_by(job: str) -> list[str]:
    """The raw assets for which a job of this name asks their sources."""
    return list(dict.fromkeys(source.collection for source in SOURCES.values() if source.cadence.job == job))
