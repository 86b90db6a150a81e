"""Writing: in one transaction, make rows of partitions what they should be and note it, unless another run wrote them
meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import adbc_driver_postgresql.dbapi
import polars as pl

from belib_platform.contracts.clean import RejectedRecord, WrittenWindow
from belib_platform.contracts.contract import Contract, conform, frame_schema, layer, name, qualified_name
from belib_platform.contracts.mart import Change
from belib_platform.contracts.rejects import bounded, record_count
from belib_platform.warehouse.binding import as_arrays, bound_rows
from belib_platform.warehouse.changes import FoldedDay, changes_of
from belib_platform.warehouse.notes import Note, Plan
from belib_platform.warehouse.outbox import record_changes
from belib_platform.warehouse.warehouse import ALL, Warehouse, between


class ConcurrentWriteError(Exception):
    """Another run wrote this partition between our reading its note and our writing it; run it again."""


@dataclass(frozen=True, kw_only=True)
class Partition:
    """One partition to write: its rows (None: the table holds them already), and what was rejected.

    `held` are the rows that the table holds of those that `frame` replaces: only what differs is written, so that one
    more poll costs what is new and not what is old. None: `frame` replaces the whole partition. `kept_rows` counts the
    rows of the partition that are in neither and stay.
    `refolded_responses` limits the replacing of rejects to these responses; None replaces those of the whole day.
    `differing` are the rows in which a full refresh from the same inputs differs from what was held. `folded` is given
    where others are told of changes.
    """

    key: str
    found: Note | None
    plan: Plan
    frame: pl.DataFrame | None = None
    held: pl.DataFrame | None = None
    kept_rows: int = 0
    rejects: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=frame_schema(RejectedRecord)))
    refolded_responses: list[str] | None = None
    differing: pl.DataFrame | None = None
    folded: FoldedDay | None = None

    @property
    def rejected_records(self) -> int:
        """Records rejected on the way to what is written."""
        return int(self.rejects.select(record_count().sum()).item())

    @property
    def is_revision(self) -> bool:
        """Whether rows that were written before may become others, rather than be continued."""
        return self.plan.is_revision or (self.differing is not None and not self.differing.is_empty())

    @property
    def row_count(self) -> int:
        """Rows of the window once written."""
        if self.frame is None:
            return self.found.row_count if self.found else 0
        return self.frame.height + self.kept_rows


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
    when another process has been writing the table for too long, and ContractChangedError when a living table, those
    of notes, rejects and changes too, is not what its contract says; nothing is written then.
    """
    for needed in (contract, RejectedRecord, WrittenWindow, Change):
        warehouse.require(needed)
    due = [partition for partition in partitions if partition.frame is not None]
    if not due:
        return 0
    with warehouse.writing(contract) as cursor:
        _refuse_concurrent_write(cursor, contract, due)
        told = changes_of(cursor, [partition.folded for partition in due if partition.folded])
        for partition in due:
            _clear_rejects(cursor, contract, partition)
            if partition.held is None:
                _clear(cursor, contract, partition)
            else:
                _write_differing(cursor, contract, partition)
        whole = [partition.frame for partition in due if partition.held is None and partition.frame is not None]
        _ingest(cursor, contract, whole)
        _ingest(cursor, RejectedRecord, [partition.rejects for partition in due])
        _note(cursor, contract, due, run_id)
        record_changes(warehouse, cursor, told)
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
    table = qualified_name(contract)
    if partition.key == ALL:
        cursor.execute(f"DELETE FROM {table}")
        return
    day = date.fromisoformat(partition.key)
    cursor.execute(f"DELETE FROM {table} WHERE {between(contract)}", (day, day + timedelta(days=1)))


def _clear_rejects(cursor: adbc_driver_postgresql.dbapi.Cursor, contract: type[Contract], partition: Partition) -> None:
    rejected = qualified_name(RejectedRecord)
    if partition.refolded_responses is None and partition.key != ALL:
        day = date.fromisoformat(partition.key)
        sql = f"DELETE FROM {rejected} WHERE {between(RejectedRecord)} AND asset = $3"
        cursor.execute(sql, (day, day + timedelta(days=1), name(contract)))
    for response in partition.refolded_responses or []:
        sql = f"DELETE FROM {rejected} WHERE asset = $1 AND page_id = $2"
        cursor.execute(sql, (name(contract), response))


def _write_differing(
    cursor: adbc_driver_postgresql.dbapi.Cursor, contract: type[Contract], partition: Partition
) -> None:
    """Delete the rows held that are no more, and insert or update those that are new or differ."""
    held, frame = (conform(contract, rows) for rows in (partition.held, partition.frame) if rows is not None)
    key, table = contract.primary_key(), qualified_name(contract)
    gone = held.join(frame, on=key, how="anti").select(key)
    if gone.height:
        same = " AND ".join(f't."{column}" = gone."{column}"' for column in key)
        cursor.execute(
            f"DELETE FROM {table} AS t USING {bound_rows(contract, key)} AS gone WHERE {same}", as_arrays(gone)
        )
    changed = frame.join(held, on=held.columns, how="anti", nulls_equal=True)
    if changed.height:
        columns = ", ".join(f'"{column}"' for column in changed.columns)
        sets = ", ".join(f'"{column}" = EXCLUDED."{column}"' for column in changed.columns if column not in key)
        quoted = ", ".join(f'"{column}"' for column in key)
        cursor.execute(
            f"INSERT INTO {table} ({columns}) SELECT * FROM {bound_rows(contract, changed.columns)} AS changed "
            f"ON CONFLICT ({quoted}) DO UPDATE SET {sets}",
            as_arrays(changed),
        )


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
    now = datetime.now(UTC)
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
            "written_at": now,
            "revised_at": now if partition.is_revision else partition.found and partition.found.revised_at,
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
    rows = pl.concat([contract.create_empty(), *(conform(contract, frame) for frame in frames)])
    if rows.height:
        cursor.adbc_ingest(name(contract), rows.to_arrow(), mode="append", db_schema_name=layer(contract))
