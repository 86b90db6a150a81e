"""The UTC days of which anything is known anywhere: in raw, its ledger, the archive, or the notes of tables."""

from collections.abc import Callable
from datetime import date

from belib_platform.contracts.contract import partition_column
from belib_platform.contracts.tables import TABLES
from belib_platform.repair.doctor.stores import Stores
from belib_platform.repair.doctor.unreadable import UnreadableError, named


def days_over(stores: Stores, earliest: date) -> list[date]:
    """Every such day that is over, from the earliest that can be taken on; a store that cannot be read knows none."""
    return sorted(day for day in known_days(stores) if earliest <= day < stores.now.date())


def known_days(stores: Stores) -> set[date]:
    """Every such day up to today."""
    return set().union(*(_read(read, stores) for read in (_in_raw, _in_archive, _in_tables)))


def _read(read: Callable[[Stores], set[date]], stores: Stores) -> set[date]:
    try:
        with named():
            return read(stores)
    except UnreadableError:
        return set()  # whoever compares its layers says so


def _in_raw(stores: Stores) -> set[date]:
    return stores.raw.recorded_days(date(1970, 1, 1), stores.now.date())


def _in_archive(stores: Stores) -> set[date]:
    return set(stores.entries)


def _in_tables(stores: Stores) -> set[date]:
    daily = [contract for contract in TABLES if partition_column(contract)]
    return {date.fromisoformat(key) for contract in daily for key in stores.warehouse.notes(contract)}
