"""Rows of the outbox for tests of the API, written as the platform writes them."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import polars as pl

from belib_platform.contracts.mart import Change
from belib_platform.warehouse.outbox import no_changes, record_changes
from belib_platform.warehouse.warehouse import Warehouse

SEEN = datetime(2025, 3, 30, 12, tzinfo=UTC)
POLL = timedelta(minutes=5)


def tell(house: Warehouse, things: Sequence[str], network: str = "belib") -> None:
    """A change of each of these things, all in one transaction."""
    write(house, changes_of(things, network))


def changes_of(things: Sequence[str], network: str = "belib") -> pl.DataFrame:
    """A change of each of these things, to be written."""
    row = {
        "kind": "state_changed",
        "network": network,
        "before": '{"status":"CHARGING"}',
        "after": '{"status":"AVAILABLE"}',
        "before_last_seen_at": SEEN - POLL,
        "after_first_seen_at": SEEN,
        "page_id": "belib/1743336000000/0",
    }
    return pl.DataFrame([{**row, "thing_id": thing} for thing in things], schema=no_changes().schema)


def tell_of_days(house: Warehouse, first: date, days: int, network: str = "belib") -> None:
    """So many UTC days that were written again, each in a transaction of its own."""
    for n in range(days):
        row = {"kind": "day_rewritten", "network": network, "after": '{"fingerprint":"x"}'}
        write(house, pl.DataFrame([{**row, "utc_date": first + timedelta(days=n)}], schema=no_changes().schema))


def write(house: Warehouse, changes: pl.DataFrame) -> None:
    """These rows, in one transaction."""
    house.require(Change)
    with house.transaction(is_writing=True) as cursor:
        record_changes(house, cursor, changes)


def forget_until(house: Warehouse, oldest: int) -> None:
    """No row before this one is kept."""
    with house.transaction(is_writing=True) as cursor:
        cursor.execute("DELETE FROM mart.change WHERE id < $1", (oldest,))
