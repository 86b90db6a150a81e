"""The outbox `mart.change`: written in the transaction that writes the runs, and pruned once its rows are old."""

from datetime import UTC, datetime, timedelta

import adbc_driver_postgresql.dbapi
import polars as pl

from belib_platform.contracts.contract import conform, qualified_name
from belib_platform.contracts.mart import Change
from belib_platform.warehouse.binding import as_arrays, bound_rows
from belib_platform.warehouse.warehouse import Warehouse

TABLE = qualified_name(Change)

NEWEST = f"SELECT coalesce(max(id), 0) FROM {TABLE}"

YOUNG = f"SELECT min(id) FROM {TABLE} WHERE recorded_at >= $1 AND recorded_at <= $2"

OLD = f"{TABLE} WHERE id < least(coalesce(({YOUNG}), ({NEWEST})), ({NEWEST}))"
"""All rows before the first young one, so that ids stay without a gap whatever the writers' clocks said.

The newest row stays, so that ids go on growing.
"""


def no_changes() -> pl.DataFrame:
    """No rows, with the columns of a change that are known before it is written: without id and recorded_at."""
    return Change.create_empty().drop("id", "recorded_at")


def record_changes(warehouse: Warehouse, cursor: adbc_driver_postgresql.dbapi.Cursor, changes: pl.DataFrame) -> None:
    """Write changes, as rows of `no_changes`, in this transaction, in their order.

    Ids continue without a gap. The lock under which they are drawn is held until the transaction ends, so that no row
    becomes visible after one with a greater id.
    """
    if changes.is_empty():
        return
    warehouse.lock(cursor, Change)
    cursor.execute(NEWEST)
    newest = pl.DataFrame(cursor.fetch_arrow_table()).item()
    numbered = changes.with_columns(
        id=pl.int_range(pl.len(), dtype=pl.Int64) + newest + 1, recorded_at=pl.lit(datetime.now(UTC))
    )
    rows = conform(Change, numbered)
    columns = ", ".join(f'"{column}"' for column in rows.columns)
    cursor.execute(
        f"INSERT INTO {TABLE} ({columns}) SELECT * FROM {bound_rows(Change, rows.columns)} AS changed", as_arrays(rows)
    )


def old_changes(warehouse: Warehouse, retention_days: int) -> int:
    """How many changes `prune_changes` would delete."""
    warehouse.require(Change)
    return int(warehouse.query(f"SELECT count(*) FROM {OLD}", *_young(retention_days)).item())


def prune_changes(warehouse: Warehouse, retention_days: int) -> int:
    """Delete the changes before the first one recorded in so many last days, and return how many these were.

    The newest change stays however old it is.
    """
    warehouse.require(Change)
    with warehouse.writing(Change) as cursor:
        cursor.execute(
            f"WITH gone AS (DELETE FROM {OLD} RETURNING 1) SELECT count(*) FROM gone", _young(retention_days)
        )
        return int(pl.DataFrame(cursor.fetch_arrow_table()).item())


def _young(retention_days: int) -> tuple[datetime, datetime]:
    now = datetime.now(UTC)
    return now - timedelta(days=retention_days), now
