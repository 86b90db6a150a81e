"""Days of tables that were made from other responses than raw holds now: some came late, or with a killed import."""

from collections.abc import Iterator
from datetime import date, timedelta

from belib_platform.raw.store import RawStore
from belib_platform.warehouse.inputs import LedgerDay
from belib_platform.warehouse.notes import Plan
from belib_platform.warehouse.registry import tables_from_raw
from belib_platform.warehouse.warehouse import Warehouse


def stale_clean_days(store: RawStore, warehouse: Warehouse, location: str, before: date) -> list[date]:
    """UTC days before a day of which some table is missing, or was made from other responses, code or contract.

    The ledger alone is read, which names every sound response. Days whose responses left raw are not among them.
    """
    retired = store.retired.all()
    contracts = {c for table in tables_from_raw() for c in (table.contract, *(read.contract for read in table.tables))}
    notes = {contract: warehouse.notes(contract) for contract in contracts}
    days = store.ledger.by_day(date(1970, 1, 1), before - timedelta(days=1))
    return [
        day
        for day, attempts in days
        if day not in retired and _is_stale(LedgerDay(day.isoformat(), attempts, notes, location))
    ]


def _is_stale(day: LedgerDay) -> bool:
    return any(todo.action != "nothing" for todo in _plans(day))


def _plans(day: LedgerDay) -> Iterator[Plan]:
    for table in tables_from_raw():
        if table.plan:
            yield table.plan(day)
