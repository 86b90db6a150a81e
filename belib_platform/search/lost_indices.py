"""Detect indices that are lost, which happens whenever the in-memory server restarts."""

from belib_platform.search.availability import Basis, wanted_days
from belib_platform.search.client import Search
from belib_platform.search.errors import in_sentences
from belib_platform.search.hourly_index import HOURLY
from belib_platform.search.notes import all_notes
from belib_platform.search.present_index import PRESENT
from belib_platform.search.unpartitioned import present_days
from belib_platform.warehouse.warehouse import Warehouse


def lost_indices(search: Search, warehouse: Warehouse) -> list[str]:
    """Aliases whose tables have rows but whose indices have no note. Raises SearchError."""
    with in_sentences():
        noted = {index for index, _ in all_notes(search)}
        filled = [
            *(i.contract for i in HOURLY if wanted_days(warehouse, Basis.read(search, warehouse, i))),
            *(i.contract for i in PRESENT if present_days(warehouse, i)),
        ]
    aliases = [search.alias(contract) for contract in filled]
    return [alias for alias in aliases if not any(index.startswith(f"{alias}-") for index in noted)]
