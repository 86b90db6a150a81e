"""Indices that are written whole: the present of the points, the arrondissements."""

from collections.abc import Callable
from datetime import date, timedelta

import polars as pl

from belib_platform.contracts.clean import ChargePoint, ChargePointStatus
from belib_platform.contracts.contract import Contract
from belib_platform.contracts.contract import fingerprint as contract_fingerprint
from belib_platform.search.client import Search
from belib_platform.search.errors import in_sentences
from belib_platform.search.indices import WHOLE, publish, target
from belib_platform.search.notes import all_notes
from belib_platform.search.slices import Loaded, Slice, load
from belib_platform.transforms.documents import charge_point_documents
from belib_platform.warehouse.notes import fingerprint
from belib_platform.warehouse.warehouse import Warehouse


def load_whole(
    search: Search, warehouse: Warehouse, contract: type[Contract], read: Callable[[], pl.DataFrame], *, anew: bool
) -> Loaded:
    """Make an index equal to what `read` gives, alone of all processes. Raises SearchError."""
    with in_sentences(), warehouse.alone(search.alias(contract)):
        frame = read()
        all_notes(search)
        index = target(search, contract, WHOLE)
        loaded = load(Slice(search, contract, index, WHOLE), frame, _basis(contract), anew=anew)
        publish(search, contract, lambda _: True)
    return loaded


def present(warehouse: Warehouse) -> pl.DataFrame:
    """Documents of BelibChargePoints: the points seen on the newest UTC day known or on the one before."""
    days = present_days(warehouse)
    if days is None:
        return charge_point_documents(
            ChargePointStatus.create_empty().lazy(), ChargePoint.create_empty().lazy()
        ).collect()
    runs = warehouse.read(ChargePointStatus, *days)
    return charge_point_documents(runs.lazy(), warehouse.read(ChargePoint).lazy()).collect()


def present_days(warehouse: Warehouse) -> tuple[date, date] | None:
    """The newest UTC day with runs and the one before; None while there are none."""
    newest = [key for key, note in warehouse.notes(ChargePointStatus).items() if note.row_count]
    if not newest:
        return None
    last = date.fromisoformat(newest[-1])
    return last - timedelta(days=1), last


def _basis(contract: type[Contract]) -> str:
    return fingerprint([contract_fingerprint(contract)], [])
