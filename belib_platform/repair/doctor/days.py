"""The UTC days of which raw, its ledger, the archive or a table has data."""

from contextlib import suppress
from datetime import date

from belib_platform.contracts.contract import partition_column
from belib_platform.contracts.tables import TABLES
from belib_platform.repair.doctor.stores import Stores
from belib_platform.repair.doctor.unreadable import UnreadableError, named


def days_over(stores: Stores, earliest: date) -> list[date]:
    """Every past day with data, not before `earliest`; stores that cannot be read are left out."""
    return sorted(day for day in known_days(stores) if earliest <= day < stores.now.date())


def known_days(stores: Stores) -> set[date]:
    """Every day with data up to today; stores that cannot be read are left out."""
    days: set[date] = set()
    for read in (
        lambda s: s.raw.recorded_days(date(1970, 1, 1), s.now.date()),
        lambda s: set(s.entries),
        _in_tables,
    ):
        with suppress(UnreadableError), named():  # the comparison of its layers reports it
            days |= read(stores)
    return days


def _in_tables(stores: Stores) -> set[date]:
    daily = [contract for contract in TABLES if partition_column(contract)]
    return {date.fromisoformat(key) for contract in daily for key in stores.warehouse.notes(contract)}
