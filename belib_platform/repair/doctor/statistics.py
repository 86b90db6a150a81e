"""Statistics ↔ the newest days: each is made again in memory and compared with the rows in the table."""

from collections.abc import Iterator

from belib_platform.contracts.contract import qualified_name
from belib_platform.repair.doctor.finding import Finding, Remedy
from belib_platform.repair.doctor.rows import differing
from belib_platform.repair.doctor.stores import Stores
from belib_platform.warehouse.registry import statistics


def statistics_and_days(stores: Stores) -> Iterator[Finding]:
    """Statistics that differ from those made of the newest days."""
    for table in statistics():
        made = table.make(stores.inputs, full_refresh=True)
        frame = made.frame if made.frame is not None else table.contract.create_empty()
        if found := differing(table.contract, stores.warehouse.read(table.contract), frame):
            layer = f"{qualified_name(table.contract)} ↔ the newest days"
            yield Finding(layer, stores.now.date(), "rows differ", found.keys, found.example, Remedy.STATISTICS)
