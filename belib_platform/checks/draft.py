"""What the checks of a table judge: the partitions that a run made, before they are written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

import polars as pl

from belib_platform.contracts.clean import RejectedRecord
from belib_platform.contracts.contract import conform, frame_schema, qualified_name
from belib_platform.warehouse.inputs import Inputs
from belib_platform.warehouse.made_table import MadeTable
from belib_platform.warehouse.partition import Partition

T = TypeVar("T")


@dataclass(frozen=True)
class Draft:
    """Partitions of a table that are made and not written yet, and the stores they were made from."""

    table: MadeTable
    inputs: Inputs
    partitions: Sequence[Partition]
    _read: dict[Callable[["Draft"], Any], Any] = field(default_factory=dict)

    def once(self, read: Callable[["Draft"], T]) -> T:
        """What `read` returns for this draft; several checks of a run that need it read it only once."""
        if read not in self._read:
            self._read[read] = read(self)
        found: T = self._read[read]
        return found

    @property
    def days(self) -> list[date]:
        """The UTC days of the run, of a table by day."""
        return [date.fromisoformat(partition.key) for partition in self.partitions]

    @property
    def unchanged_days(self) -> list[date]:
        """Those of them whose rows the table holds already."""
        return [date.fromisoformat(partition.key) for partition in self.partitions if partition.frame is None]

    @cached_property
    def rows(self) -> pl.DataFrame:
        """All rows about to be written."""
        frames = [partition.frame for partition in self.partitions if partition.frame is not None]
        return pl.concat([self.table.contract.create_empty(), *frames])

    @cached_property
    def rejects(self) -> pl.DataFrame:
        """Rejected records of the run's days: of this run or, where it has nothing new, of the one before."""
        sql = (
            f"SELECT {', '.join(frame_schema(RejectedRecord))} FROM {qualified_name(RejectedRecord)} "  # noqa: S608
            "WHERE asset = $1 AND (fetched_at AT TIME ZONE 'UTC')::date = CAST($2 AS date)"
        )
        kept = [self.inputs.warehouse.query(sql, self.table.name, day.isoformat()) for day in self.unchanged_days]
        fresh = [partition.rejects for partition in self.partitions if partition.frame is not None]
        frames = [conform(RejectedRecord, frame) for frame in [*kept, *fresh]]
        return pl.concat([RejectedRecord.create_empty(), *frames])
