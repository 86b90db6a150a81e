"""The warehouse: frames in and out of PostgreSQL by Arrow (ADBC), and the notes of what was written."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

import adbc_driver_postgresql.dbapi
import polars as pl

from belib_platform.contracts.clean import WrittenWindow
from belib_platform.contracts.contract import (
    Contract,
    conform,
    frame_schema,
    layer,
    name,
    partition_column,
    qualified_name,
)
from belib_platform.warehouse.connecting import connect, pinned, set_local
from belib_platform.warehouse.errors import ContractChangedError
from belib_platform.warehouse.locking import WAIT_S, hold, named_locks
from belib_platform.warehouse.notes import Note
from belib_platform.warehouse.schema import ensure_schema

ALL = "all"
"""Key of the one partition of a table that has no days."""

TO_READ = f"SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '{WAIT_S}s'"
"""Behind a pooler, Dagster's webserver leaves a timeout of its own in the sessions that others get next."""

TO_WRITE = f"SET TRANSACTION ISOLATION LEVEL READ COMMITTED READ WRITE; {TO_READ}"
"""At a stricter level a writer who waited for another would not see what that one wrote."""


class Warehouse:
    """The tables of the contracts in one PostgreSQL database, made on first use.

    Every method raises a WarehouseError where the database or the user's rights do not allow that.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: adbc_driver_postgresql.dbapi.Connection | None = None

    @cached_property
    def _changed(self) -> frozenset[str]:
        return frozenset(ensure_schema(self._url))

    def require(self, contract: type[Contract]) -> None:
        """Make sure that the table is there and is what its contract says.

        Raises ContractChangedError, which names the command that rebuilds it.
        """
        if qualified_name(contract) in self._changed:
            raise ContractChangedError(
                f"{qualified_name(contract)} was made by another version of its contract; "
                "`belib migrate` drops and rebuilds it from the layer before."
            )

    @contextmanager
    def transaction(self, *, is_writing: bool = False) -> Iterator[adbc_driver_postgresql.dbapi.Cursor]:
        """A cursor in one transaction, committed at the end; on any error rolled back and the connection given up.

        Between transactions none is open: a pooler's connection is then free for others.
        """
        connection = self._connected()
        try:
            connection.adbc_connection.set_autocommit(False)
            with connection.cursor() as cursor:
                cursor.executescript(TO_WRITE if is_writing else TO_READ)
                yield cursor
            connection.adbc_connection.set_autocommit(True)  # the driver commits
        except BaseException:
            self.close()
            raise

    @contextmanager
    def writing(self, contract: type[Contract]) -> Iterator[adbc_driver_postgresql.dbapi.Cursor]:
        """A transaction in which no other process writes this table.

        Raises LockedError when another one has been writing it for more than a minute.
        """
        table = qualified_name(contract)
        with named_locks(self._url, f"Writing {table}"), self.transaction(is_writing=True) as cursor:
            self.lock(cursor, contract)
            yield cursor

    def lock(self, cursor: adbc_driver_postgresql.dbapi.Cursor, contract: type[Contract]) -> None:
        """Let no other process write this table until the end of the cursor's transaction.

        Whoever locks several tables locks them in the order of their names. Raises LockedError as `writing` does.
        """
        table = qualified_name(contract)
        with named_locks(self._url, f"Writing {table}", of_writers=True):
            cursor.execute(hold(table))

    def _connected(self) -> adbc_driver_postgresql.dbapi.Connection:
        _ = self._changed
        if self._connection is None:
            self._connection = adbc_driver_postgresql.dbapi.connect(pinned(self._url), autocommit=True)
        return self._connection

    def close(self) -> None:
        """Give up the connection; what was not committed is rolled back by the server."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    @contextmanager
    def alone(self, what: str) -> Iterator[None]:
        """Hold the lock of that name for the time of the block, on a connection of its own; a killed holder loses it.

        Raises LockedError when another process holds it for more than a minute.
        """
        _ = self._changed
        with connect(self._url) as connection:  # ADBC reads the whole catalogue of types first
            set_local(connection, lock_timeout=f"{WAIT_S}s", idle_in_transaction_session_timeout="0")
            with named_locks(self._url, f"Loading {what}", of_writers=True):
                connection.execute(hold(what))
            yield

    def query(self, sql: str, *parameters: Any) -> pl.DataFrame:
        """The answer to a query; `$1`, `$2` … stand for the parameters."""
        with self.transaction() as cursor:
            cursor.execute(sql, parameters or None)
            return pl.DataFrame(cursor.fetch_arrow_table())

    def batches(self, sql: str) -> Iterator[pl.DataFrame]:
        """The answer to a query some rows at a time, while the server sends it; the first frame has none.

        The query has no parameters: the driver collects the rows of one that has.
        """
        with self.transaction() as cursor:
            cursor.execute(sql)
            batches = cursor.fetch_record_batch()
            yield pl.DataFrame(batches.schema.empty_table())
            for batch in batches:
                yield pl.DataFrame(batch)

    def read(self, contract: type[Contract], first: date | None = None, last: date | None = None) -> pl.DataFrame:
        """A table's rows, of a range of UTC days (both included) or all, in the contract's types."""
        self.require(contract)
        columns = ", ".join(f'"{column}"' for column in frame_schema(contract))
        sql = f"SELECT {columns} FROM {qualified_name(contract)}"
        if first is None or last is None:
            return conform(contract, self.query(sql))
        return conform(contract, self.query(f"{sql} WHERE {between(contract)}", first, last + timedelta(days=1)))

    def note(self, contract: type[Contract], window_key: str) -> Note | None:
        """What was noted when a partition was last written."""
        return self.notes(contract, window_key, window_key).get(window_key)

    def notes(self, contract: type[Contract], first: str = "", last: str = "~") -> dict[str, Note]:
        """Notes of a table's partitions by key, oldest first."""
        self.require(WrittenWindow)
        fields = list(Note.__dataclass_fields__)
        rows = self.query(
            f"SELECT {', '.join(fields)} FROM {qualified_name(WrittenWindow)} "
            "WHERE asset = $1 AND window_key BETWEEN $2 AND $3 ORDER BY window_key",
            name(contract),
            first,
            last,
        )
        return {row["window_key"]: Note(**row) for row in rows.iter_rows(named=True)}

    def last_written(self, first: date, last: date) -> dict[str, datetime]:
        """When the rows of each UTC day of a range, both included, were last written, by ISO day; UTC."""
        self.require(WrittenWindow)
        rows = self.query(
            f"SELECT window_key, max(written_at) FROM {qualified_name(WrittenWindow)} "
            "WHERE window_key BETWEEN $1 AND $2 GROUP BY window_key",
            first.isoformat(),
            last.isoformat(),
        )
        return dict(rows.iter_rows())

    def row_count(self, contract: type[Contract]) -> int:
        """Rows of a table, all its partitions, as noted."""
        sql = (
            f"SELECT coalesce(sum(row_count), 0)::bigint AS rows FROM {qualified_name(WrittenWindow)} WHERE asset = $1"
        )
        return int(self.query(sql, name(contract))["rows"][0])


def between(contract: type[Contract]) -> str:
    """SQL for the rows of the days from `$1` up to, not including, `$2`."""
    column = partition_column(contract)
    if column is None:
        raise ValueError(f"{layer(contract)}.{name(contract)} has no daily partitions.")
    bound = (
        "CAST({} AS date)"
        if frame_schema(contract)[column] == pl.Date
        else "CAST({} AS date)::timestamp AT TIME ZONE 'UTC'"
    )
    return f'"{column}" >= {bound.format("$1")} AND "{column}" < {bound.format("$2")}'


class Table:
    """One table, read by UTC day, by a range of days, or whole."""

    def __init__(self, warehouse: Warehouse, contract: type[Contract]) -> None:
        self.warehouse, self.contract = warehouse, contract

    def note(self, key: date | None = None) -> Note | None:
        """The note of a UTC day, or of the whole table."""
        return self.warehouse.note(self.contract, key.isoformat() if key else ALL)

    def fingerprint(self, key: date | None = None) -> str:
        """What a result made from this partition depends on; read it before the rows, never after."""
        note = self.note(key)
        return note.fingerprint if note else "absent"

    def rows(self, first: date | None = None, last: date | None = None) -> pl.DataFrame:
        """Rows of a UTC day, of a range of them, or all."""
        return self.warehouse.read(self.contract, first, last or first)
