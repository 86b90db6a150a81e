"""Writing: in one transaction, replace the rows of partitions and note it, unless another run wrote them meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import adbc_driver_postgresql.dbapi
import polars as pl

from belib_platform.contracts.clean import RejectedRecord, WrittenWindow
from belib_platform.contracts.contract import Contract, conform, frame_schema, layer, name, qualified_name
from belib_platform.contracts.rejects import bounded, record_count
from belib_platform.warehouse.notes import Note, Plan
from belib_platform.warehouse.warehouse import ALL, Warehouse, between


class ConcurrentWriteError(Exception):
    """Another run wrote this partition between our reading its note and our writing it; run it again."""


@dataclass(frozen=True, kw_only=True)
class Partition:
    """One partition to write: its rows (None: the table holds them already), and what was rejected.

    `refolded_responses` limits the replacing of rejects to these responses; None replaces those of the whole day.
    `differing` are the rows in which a full refresh from the same inputs differs from what was held.
    """

    key: str
    found: Note | None
    plan: Plan
    frame: pl.DataFrame | None = None
    rejects: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=frame_schema(RejectedRecord)))
    refolded_responses: list[str] | None = None
    differing: pl.DataFrame | None = None

    @property
    def rejected_records(self) -> int:
        """Records rejected on the way to what is written."""
        return int(self.rejects.select(record_count().sum()).item())

    @property
    def row_count(self) -> int:
        """Rows of the window once written."""
        if self.frame is None:
            return self.found.row_count if self.found else 0
        return self.frame.height


def rejected_rows(contract: type[Contract], rejects: pl.DataFrame | None) -> pl.DataFrame:
    """Rows of RejectedRecord from the records rejected for a table: of each response KEPT, the others counted."""
    if rejects is None:
        return RejectedRecord.create_empty()
    return conform(RejectedRecord, bounded(rejects).with_columns(asset=pl.lit(name(contract))))


def write_partitions(
    warehouse: Warehouse, contract: type[Contract], partitions: Sequence[Partition], run_id: str
) -> int:
    """Replace partitions of one table in one transaction; returns how many were written.

    Raises ConcurrentWriteError when a partition's note is no longer the one its rows were computed upon, LockedError
    when another process has been writing the table for too long, and ContractChangedError when a living table, the
    notes' and the rejects' too, is not what its contract says; nothing is written then.
    """
    for needed in (contract, RejectedRecord, WrittenWindow):
        warehouse.require(needed)
    due = [partition for partition in partitions if partition.frame is not None]
    if not due:
        return 0
    with warehouse.writing(contract) as cursor:
        _refuse_concurrent_write(cursor, contract, due)
        for partition in due:
            _clear(cursor, contract, partition)
        _ingest(cursor, contract, [partition.frame for partition in due if partition.frame is not None])
        _ingest(cursor, RejectedRecord, [partition.rejects for partition in due])
        _note(cursor, contract, due, run_id)
    return len(due)


def _refuse_concurrent_write(
    cursor: adbc_driver_postgresql.dbapi.Cursor, contract: type[Contract], partitions: Sequence[Partition]
) -> None:
    sql = f"SELECT fingerprint, run_id FROM {qualified_name(WrittenWindow)} WHERE asset = $1 AND window_key = $2"
    for partition in partitions:
        cursor.execute(sql, (name(contract), partition.key))
        row = cursor.fetchone()
        found = (partition.found.fingerprint, partition.found.run_id) if partition.found else None
        if (tuple(row) if row else None) != found:
            raise ConcurrentWriteError(
                f"{qualified_name(contract)} {partition.key} was written by another run in the meantime."
            )


def _clear(cursor: adbc_driver_postgresql.dbapi.Cursor, contract: type[Contract], partition: Partition) -> None:
    table, rejected = qualified_name(contract), qualified_name(RejectedRecord)
    if partition.key == ALL:
        cursor.execute(f"DELETE FROM {table}")
        return
    day = date.fromisoformat(partition.key)
    bounds = (day, day + timedelta(days=1))
    cursor.execute(f"DELETE FROM {table} WHERE {between(contract)}", bounds)
    if partition.refolded_responses is None:
        sql = f"DELETE FROM {rejected} WHERE {between(RejectedRecord)} AND asset = $3"
        cursor.execute(sql, (*bounds, name(contract)))
    for response in partition.refolded_responses or []:
        sql = f"DELETE FROM {rejected} WHERE asset = $1 AND page_id = $2"
        cursor.execute(sql, (name(contract), response))


def _note(
    cursor: adbc_driver_postgresql.dbapi.Cursor,
    contract: type[Contract],
    partitions: Sequence[Partition],
    run_id: str,
) -> None:
    sql = f"DELETE FROM {qualified_name(WrittenWindow)} WHERE asset = $1 AND window_key = $2"
    for partition in partitions:
        cursor.execute(sql, (name(contract), partition.key))
    columns = list(frame_schema(WrittenWindow))
    places = ", ".join(f"${n}" for n in range(1, len(columns) + 1))
    for partition in partitions:
        note = {
            "asset": name(contract),
            "window_key": partition.key,
            "fingerprint": partition.plan.fingerprint,
            "settled_count": partition.plan.settled_count,
            "settled": partition.plan.settled,
            "row_count": partition.row_count,
            "rejected_count": _rejected_count(cursor, contract, partition),
            "run_id": run_id,
            "written_at": datetime.now(UTC),
        }
        # bound, not copied: a second COPY makes the driver begin the transaction it is in, and the server warn
        cursor.execute(
            f"INSERT INTO {qualified_name(WrittenWindow)} ({', '.join(columns)}) VALUES ({places})",
            tuple(note[column] for column in columns),
        )


def _rejected_count(cursor: adbc_driver_postgresql.dbapi.Cursor, contract: type[Contract], partition: Partition) -> int:
    if partition.key == ALL:
        return 0
    day = date.fromisoformat(partition.key)
    sql = f"SELECT count(*) FROM {qualified_name(RejectedRecord)} WHERE {between(RejectedRecord)} AND asset = $3"
    cursor.execute(sql, (day, day + timedelta(days=1), name(contract)))
    row = cursor.fetchone()
    return int(row[0]) if row else 0


def _ingest(
    cursor: adbc_driver_postgresql.dbapi.Cursor, contract: type[Contract], frames: Sequence[pl.DataFrame]
) -> None:
    rows = pl.concat([conform(contract, frame) for frame in frames])
    if rows.height:
        cursor.adbc_ingest(name(contract), rows.to_arrow(), mode="append", db_schema_name=layer(contract))
