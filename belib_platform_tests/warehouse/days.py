"""Days carried from raw to the mart as the jobs do it, without Dagster."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import uuid4

import polars as pl

from belib_platform.contracts.clean import RejectedRecord
from belib_platform.contracts.contract import Contract, name, partition_column
from belib_platform.raw.store import RawStore
from belib_platform.warehouse.inputs import Inputs
from belib_platform.warehouse.made_table import DailyTable, WholeTable
from belib_platform.warehouse.partition import Partition, write_partitions
from belib_platform.warehouse.registry import MADE_TABLES
from belib_platform.warehouse.warehouse import Warehouse

DERIVED = [table.contract for table in MADE_TABLES]
"""In the order in which a run makes its days."""

MADE = [table.contract for table in MADE_TABLES if table.is_live]
"""What is made while a day goes on, in this order."""

NOW = datetime(2026, 1, 1, tzinfo=UTC)
"""When all days of these tests are over, in Paris too."""


def inputs(store: RawStore, house: Warehouse, now: datetime = NOW) -> Inputs:
    """What tables are made from at an instant."""
    return Inputs(store, house, "paris", now)


def refresh(
    store: RawStore, house: Warehouse, day: date, *, full_refresh: bool = False, run: str = "run", now: datetime = NOW
) -> dict[str, Partition]:
    """Make one UTC day of every table and write it; what is up to date stays as it is."""
    made = {}
    for contract in MADE:
        partition = _window(contract, store, house, day, full_refresh=full_refresh, now=now)
        write_partitions(house, contract, [partition], run)
        made[name(contract)] = partition
    return made


def run(store: RawStore, house: Warehouse, days: Sequence[date], tables: Sequence[type[Contract]] = DERIVED) -> None:
    """Make days of these tables as one run does: each table for all days before the next one is made."""
    for contract in tables:
        due = days if partition_column(contract) else days[:1]
        partitions = [_window(contract, store, house, day) for day in due]
        write_partitions(house, contract, partitions, uuid4().hex)


def _window(
    contract: type[Contract],
    store: RawStore,
    house: Warehouse,
    day: date,
    *,
    full_refresh: bool = False,
    now: datetime = NOW,
) -> Partition:
    [table] = [table for table in MADE_TABLES if table.contract is contract]
    if isinstance(table, DailyTable):
        return table.make(inputs(store, house, now), day, full_refresh=full_refresh)
    assert isinstance(table, WholeTable)
    return table.make(inputs(store, house, now), full_refresh=full_refresh)


def rows_of(house: Warehouse, *, also: tuple[type[Contract], ...] = (RejectedRecord,)) -> dict[str, pl.DataFrame]:
    """All rows of all tables that are made, in one order."""
    frames = {name(contract): house.read(contract) for contract in (*MADE, *also)}
    return {table: frame.sort(frame.columns) for table, frame in frames.items()}


def assert_same(one: dict[str, pl.DataFrame], other: dict[str, pl.DataFrame]) -> None:
    """Fails with the name of the first table that differs and the rows only one of the two has."""
    assert one.keys() == other.keys()
    for table, rows in one.items():
        key = rows.columns
        only_one = rows.join(other[table], on=key, how="anti", nulls_equal=True)
        only_other = other[table].join(rows, on=key, how="anti", nulls_equal=True)
        assert rows.equals(other[table]), (table, only_one.head(3).rows(), only_other.head(3).rows())
