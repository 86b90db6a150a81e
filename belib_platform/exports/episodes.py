"""Files of episodes: a month's that ended in it, a file a month, and one of those that go on.

Each episode is in one file. A file of a past month changes only when a day is made again on which it depends: one of
the month, the day after it, or one before it, back to where the oldest of its episodes may have begun. The file says
which day that is.
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
"""Part of the file of episodes that go on at the end of the export."""


def episode_files(warehouse: Warehouse, today: date, *, is_simulated: bool) -> list[FileSet]:
    """The episodes of the UTC days that are over, by the month of their last sighting, and those that go on."""
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
    """The episodes last seen on the days from `first` to `last`: those that ended, or those that go on."""

    table: Table
    notes: Sequence[Note]
    """Of all days that are exported, oldest first."""
    description: Description
    name: str
    first: date
    last: date

    @property
    def path(self) -> str:
        return part_file(Episode, self.name)

    @property
    def until(self) -> datetime:
        """The end of the day after, which tells of changes over midnight, or of the export."""
        return datetime.combine(min(self.last + DAY, _day(self.notes[-1])) + DAY, time(), UTC)

    def file_set(self) -> FileSet:
        return FileSet({self.path: self._write}, self._is_current)

    def _write(self, file: IO[bytes]) -> None:
        runs = self.table.rows(self.first, self.until.date() - DAY)
        before, since = runs_reaching_into(runs, self.first, self._rows)
        found = episodes(pl.concat([before, runs]).lazy(), self.until).filter(
            pl.col("last_seen_at").dt.date().is_between(self.first, self.last),
            pl.col("is_going_on") == (self.name == GOING_ON),
        )
        write_parquet(file, [found.collect()], self.description, self._made_from(since))

    def _rows(self, day: date) -> pl.DataFrame:
        return self.table.rows(day)

    def _is_current(self, folder: Path) -> bool:
        said = made_from_of(folder / self.path) or ""
        try:
            since = date.fromisoformat(said.partition(" ")[0])
        except ValueError:
            return False
        return said == self._made_from(since)

    def _made_from(self, since: date) -> str:
        """The first day the file depends on, and what all its days were when it was written."""
        read = [note for note in self.notes if since <= _day(note) < self.until.date()]
        return f"{since} {hash_of([self.description.made_from(read)], [self.name, self.until.isoformat()])}"


def _day(note: Note) -> date:
    return date.fromisoformat(note.window_key)
