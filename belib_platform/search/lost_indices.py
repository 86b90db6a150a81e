"""Detect indices that are lost, which happens whenever the in-memory server restarts."""

from belib_platform.contracts.search import BelibAvailability, BelibChargePoints
from belib_platform.search.availability import wanted_days
from belib_platform.search.client import Search
from belib_platform.search.errors import in_sentences
from belib_platform.search.notes import all_notes
from belib_platform.search.unpartitioned import present_days
from belib_platform.warehouse.warehouse import Warehouse


def lost_indices(search: Search, warehouse: Warehouse) -> list[str]:
    """Aliases whose tables have rows but whose indices have no note. Raises SearchError."""
    with in_sentences():
        noted = {index for index, _ in all_notes(search)}
        has_rows = {
            search.alias(BelibAvailability): bool(wanted_days(search, warehouse)),
            search.alias(BelibChargePoints): present_days(warehouse) is not None,
        }
    filled = [alias for alias in has_rows if has_rows[alias]]
    return [alias for alias in filled if not any(index.startswith(f"{alias}-") for index in noted)]
