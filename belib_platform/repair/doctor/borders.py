"""arrondissement ↔ raw: the borders decoded again in memory, and compared."""

from collections.abc import Iterator

from belib_platform.contracts.contract import qualified_name
from belib_platform.raw import response
from belib_platform.repair.doctor.finding import Finding, Remedy
from belib_platform.repair.doctor.rows import differing
from belib_platform.repair.doctor.stores import Stores
from belib_platform.sources import records
from belib_platform.warehouse.arrondissement import ARRONDISSEMENT


def borders_and_raw(stores: Stores) -> Iterator[Finding]:
    """Borders that differ from those of the newest sound response; nothing is compared where raw has none."""
    contract, day = ARRONDISSEMENT.contract, stores.now.date()
    layer = f"{qualified_name(contract)} ↔ the newest borders"
    try:
        made = ARRONDISSEMENT.make(stores.inputs, full_refresh=True)
    except (response.BodyError, records.BodyError) as error:
        yield Finding(layer, day, "the newest borders cannot be read", 1, str(error))
        return
    if made.frame is None:
        return
    if found := differing(contract, stores.warehouse.read(contract), made.frame):
        yield Finding(layer, day, "rows differ", found.keys, found.example, Remedy.BORDERS)
