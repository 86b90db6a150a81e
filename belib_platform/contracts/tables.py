"""Lists of all tables, views, indices and exported files: the contracts that their modules declare."""

from types import ModuleType

from belib_platform.contracts import clean, exports, mart, search
from belib_platform.contracts.bikes import clean as bikes_clean
from belib_platform.contracts.bikes import mart as bikes_mart
from belib_platform.contracts.bikes import search as bikes_search
from belib_platform.contracts.contract import Contract


def _declared_in(module: ModuleType) -> list[type[Contract]]:
    """The contracts that a module declares, in its order."""
    classes = [declared for declared in vars(module).values() if isinstance(declared, type)]
    return [c for c in classes if issubclass(c, Contract) and c.__module__ == module.__name__]


VIEWS: dict[type[Contract], str] = {mart.WeatherLastKnown: mart.WEATHER_LAST_KNOWN_SQL}

TABLES = [
    contract
    for module in (clean, bikes_clean, mart, bikes_mart)
    for contract in _declared_in(module)
    if contract not in VIEWS
]
"""All tables of the warehouse."""

INDICES = [*_declared_in(search), *_declared_in(bikes_search)]
"""All indices of the search layer."""

FILES = _declared_in(exports)
"""Exported files that are more than a copy of one table."""
