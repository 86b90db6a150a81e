"""Files of episodes: one per month with the episodes that ended in it, and one with those that continue.

Each episode is in exactly one file. A past month's file depends on the days of the month, the day after it, and earlier
days back to the possible beginning of its oldest episode; the file's metadata names the first of them. It is written
again only if one of these days changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import IO

import polars as pl

from belib_platform.contracts.clean import ChargePointStatus
from belib_platform.contracts.exports import Episode
from belib_platform.exports.description import Description
from belib_platform.exports.files import FileSet
from belib_platform.exports.parquet import made_from_of, write_parquet
from belib_platform.exports.tables import months_over, part_file
from belib_platform.exports.terms import BELIB
from belib_platform.transforms.episodes import DAY, episodes, runs_reaching_into
from belib_platform.warehouse.notes import Note
from belib_platform.warehouse.notes import fingerprint as hash_of
from belib_platform.warehouse.warehouse import Table, Warehouse

TITLE = "Belib' charging points of Paris: episodes of status over midnight"

GOING_ON = "going_on"
"""Name, in place of a month, of the file with the episodes that continue at the end of the export."""


def episode_files(warehouse: Warehouse, today: date, *, is_simulated: bool) -> list[FileSet]:
    """Files with the episodes of past UTC days, by the month of their last observation, and those that continue."""
    months = months_over(warehouse, ChargePointStatus, today)
    if not months:
        return []
    description = Description(Episode, TITLE, [BELIB], is_simulated)
    notes = [note for days in months.values() for note in days]
    table, last = Table(warehouse, ChargePointStatus), _day(notes[-1])
    parts = [_Part(table, notes, description, month, _day(days[0]), _day(days[-1])) for month, days in months.items()]
    return [part.file_set() for part in [*parts, _Part(table, notes, description, GOING_ON, last, last)]]


@dataclass(frozen=True)
class _Part:
    """The episodes last observed from `first` to `last`: either those that ended, or those that continue."""

    table: Table
    notes: Sequence[Note]
    """Notes of all exported days, oldest first."""
    description: Description
    name: str
    first: date
    last: date

    @property
    def path(self) -> str:
        return part_file(Episode, self.name)

    @property
    def until(self) -> datetime:
        """The end of the next day, which shows changes across midnight, or the end of the export."""
        return datetime.combine(min(self.last + DAY, _day(self.notes[-1])) + DAY, time(), UTC)

    def file_set(self) -> FileSet:
        return FileSet({self.path: self._write}, self._is_current)

    def _write(self, file: IO[bytes]) -> None:
        runs = self.table.rows(self.first, self.until.date() - DAY)
        before, since = runs_reaching_into(runs, self.first, self.table.rows)
        found = episodes(pl.concat([before, runs]).lazy(), self.until).filter(
            pl.col("last_seen_at").dt.date().is_between(self.first, self.last),
            pl.col("is_going_on") == (self.name == GOING_ON),
        )
        write_parquet(file, [found.collect()], self.description, self._made_from(since))

    def _is_current(self, folder: Path) -> bool:
        made_from = made_from_of(folder / self.path) or ""
        try:
            since = date.fromisoformat(made_from.partition(" ")[0])
        except ValueError:
            return False
        return made_from == self._made_from(since)

    def _made_from(self, since: date) -> str:
        """The first day on which the file depends, and a hash of the notes of all such days."""
        read = [note for note in self.notes if since <= _day(note) < self.until.date()]
        return f"{since} {hash_of([self.description.made_from(read)], [self.name, self.until.isoformat()])}"


def _day(note: Note) -> date:
    return date.fromisoformat(note.window_key)
