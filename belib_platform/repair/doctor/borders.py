"""arrondissement ↔ raw: the borders decoded again in memory, and compared."""

from collections.abc import Iterator

from belib_platform.contracts.contract import qualified_name
from belib_platform.repair.doctor.finding import Finding, Remedy
from belib_platform.repair.doctor.rows import differing
from belib_platform.repair.doctor.stores import Stores
from belib_platform.warehouse.arrondissement import ARRONDISSEMENT


def borders_and_raw(stores: Stores) -> Iterator[Finding]:
    """Borders that differ from those of the newest sound response; nothing is compared where raw has none."""
    contract, made = ARRONDISSEMENT.contract, ARRONDISSEMENT.make(stores.inputs, full_refresh=True)
    if made.frame is None:
        return
    if found := differing(contract, stores.warehouse.read(contract), made.frame):
        layer = f"{qualified_name(contract)} ↔ the newest borders"
        yield Finding(layer, stores.now.date(), "rows differ", found.keys, found.example, Remedy.BORDERS)
