"""How a table is declared: what its rows are made from, and by which function.

Jobs, schedules, repair and the arguments of the table's asset are derived from these declarations, which
`belib_platform.warehouse.registry` lists.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol

import polars as pl

from belib_platform.contracts.contract import Contract, fingerprint, name
from belib_platform.sources.source import Source
from belib_platform.warehouse.inputs import Inputs, LedgerDay
from belib_platform.warehouse.notes import Plan
from belib_platform.warehouse.partition import Partition
from belib_platform.warehouse.warehouse import Warehouse


class MakeDay(Protocol):
    """Makes the partition of one UTC day; where it is up to date, its plan is to do nothing."""

    def __call__(self, inputs: Inputs, day: date, *, full_refresh: bool = False) -> Partition:
        """The partition, not written yet. With `full_refresh` it is made from all of its inputs in any case."""


class MakeWhole(Protocol):
    """Makes all rows of a table that has no days."""

    def __call__(self, inputs: Inputs, *, full_refresh: bool = False) -> Partition:
        """The rows, not written yet. With `full_refresh` they are made from all of their inputs in any case."""


@dataclass(frozen=True)
class TableInput:
    """A table that another one reads: of the same UTC day, and of so many days before it."""

    contract: type[Contract]
    days_before: int = 0


@dataclass(frozen=True)
class StaleDays:
    """How a table made from other tables is kept up to date with them.

    `find` returns the UTC days before a day whose rows do not, or no longer, fit the tables they are made from. The
    schedule `stale_<key>_daily` has these days made again; it runs at `cron`, in UTC, and says `up_to_date` when there
    are none.
    """

    find: Callable[[Warehouse, date], list[date]]
    key: str
    cron: str
    description: str
    up_to_date: str


class Preview(NamedTuple):
    """For a first look in Dagster's UI: the columns to show, and by which the rows are sorted, greatest first."""

    columns: Sequence[str]
    greatest: Sequence[str | pl.Expr]


@dataclass(frozen=True, kw_only=True)
class MadeTable:
    """A table that is made from responses in raw (of `sources`), from other tables, or from both.

    A new `code_version` has every partition made again, because the same inputs now give other rows. A live table is
    made whenever its sources are asked or the tables it reads are made; any other one once a day is over. Without a
    `preview` the first columns are shown.
    """

    contract: type[Contract]
    code_version: str
    sources: tuple[Source, ...] = ()
    tables: tuple[TableInput, ...] = ()
    is_live: bool = True
    preview: Preview | None = None

    @property
    def name(self) -> str:
        """The name of the table and of its asset."""
        return name(self.contract)

    @property
    def basis(self) -> list[str]:
        """What its rows depend on besides their inputs."""
        return [self.code_version, fingerprint(self.contract)]


@dataclass(frozen=True, kw_only=True)
class DailyTable(MadeTable):
    """A table with one partition a UTC day.

    A table with sources has a `plan`: what is to do about a day, decided from the ledger alone. A table without has
    `stale_days`. A live table is made again when its day is over.

    A table that `is_record` holds what was told at the time: closing a day leaves it alone, and the doctor does not
    compare it with what would be told now.
    """

    make: MakeDay
    plan: Callable[[LedgerDay], Plan] | None = None
    stale_days: StaleDays | None = None
    is_record: bool = False

    def __post_init__(self) -> None:
        """Raise ValueError unless something tells which of its days are stale."""
        if (self.plan is None) != (not self.sources) or (self.stale_days is None) != bool(self.sources):
            raise ValueError(f"{self.name} needs `plan` if it is made from sources, and `stale_days` if it is not.")


@dataclass(frozen=True, kw_only=True)
class WholeTable(MadeTable):
    """A table without days: every time it is written, all of its rows are.

    One that is not live has `is_stale`, which tells whether its rows no longer, or not yet, fit the tables it is made
    from.
    """

    make: MakeWhole
    is_stale: Callable[[Warehouse], bool] | None = None

    def __post_init__(self) -> None:
        """Raise ValueError unless something tells whether a table that is not live is stale."""
        if self.is_live == (self.is_stale is not None):
            raise ValueError(f"{self.name} needs `is_stale` if it is not live, and only then.")
