"""Every source there is, by name."""

from typing import Final

from belib_platform.sources.belib_realtime import BELIB
from belib_platform.sources.belib_static import BELIB_STATIC
from belib_platform.sources.open_meteo import OPEN_METEO
from belib_platform.sources.source import Source

SOURCES: Final[dict[str, Source]] = {source.name: source for source in (BELIB, BELIB_STATIC, OPEN_METEO)}
