"""The UTC days of which anything is known anywhere: in raw, its ledger, the archive, or the notes of tables."""

from collections.abc import Callable
from datetime import date, timedelta

from belib_platform.archive.due import days_with_pages
from belib_platform.contracts.contract import window_column
from belib_platform.contracts.tables import TABLES
from belib_platform.doctor.stores import Stores
from belib_platform.doctor.unreadable import UnreadableError, named
from belib_platform.raw.page import instant_of
from belib_platform.raw.pages import instants


def days_over(stores: Stores, first_day: date) -> list[date]:
    """Every such day that is over, from BELIB_FIRST_DAY on; a store that cannot be read knows none."""
    known: set[date] = set()
    for read in (_in_raw, _in_archive, _in_tables):
        known |= _read(read, stores)
    return sorted(day for day in known if first_day <= day < stores.now.date())


def _read(read: Callable[[Stores], set[date]], stores: Stores) -> set[date]:
    try:
        with named():
            return read(stores)
    except UnreadableError:
        return set()  # whoever compares its layers says so


def _in_raw(stores: Stores) -> set[date]:
    pages = days_with_pages(stores.raw, stores.now.date() + timedelta(days=1))
    attempts = instants(stores.raw.ledger.collection, {"$gte": 0})
    return {*pages, *(instant_of(ms).date() for ms in attempts), *stores.retired}


def _in_archive(stores: Stores) -> set[date]:
    return set(stores.entries)


def _in_tables(stores: Stores) -> set[date]:
    daily = [contract for contract in TABLES if window_column(contract)]
    return {date.fromisoformat(key) for contract in daily for key in stores.warehouse.notes(contract)}
