"""Group the parts of a long file by instant, on disk instead of in memory."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from belib_platform.raw.response import epoch_ms, instant_of
from belib_platform.recordings.recorded_file import BODY_LIMIT


class Part(NamedTuple):
    """A part of a file, by its line: a record, or the document that holds a page."""

    line: int
    text: bytes


class Snapshot(NamedTuple):
    """The parts of one source and instant by line; `parts` is None if they exceed BODY_LIMIT bytes."""

    source: str
    fetched_at: datetime
    is_paged: bool
    part_count: int
    parts: list[Part] | None


class Spool:
    """An unnamed SQLite database in a temporary file, which is removed on closing."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("")
        self._database.execute(
            "CREATE TABLE part (source TEXT, fetched_at_ms INTEGER, is_paged INTEGER, line INTEGER, bytes BLOB)"
        )

    def add(self, source: str, fetched_at: datetime, part: Part, *, is_page: bool) -> None:
        """Add a record, or a page of records."""
        values = (source, epoch_ms(fetched_at), is_page, *part)
        self._database.execute("INSERT INTO part VALUES (?, ?, ?, ?, ?)", values)

    def snapshots(self) -> Iterator[Snapshot]:
        """Every snapshot, oldest first, its parts in the order in which they came."""
        self._database.execute("CREATE INDEX IF NOT EXISTS snapshot ON part (fetched_at_ms, source, is_paged)")
        groups = self._database.execute(
            "SELECT source, fetched_at_ms, is_paged, count(*), sum(length(bytes)) FROM part GROUP BY 2, 1, 3"
        ).fetchall()
        for source, ms, is_paged, count, size in groups:
            parts = None if size > BODY_LIMIT else self._parts(source, ms, is_paged)
            yield Snapshot(source, instant_of(ms), bool(is_paged), count, parts)

    def _parts(self, source: str, ms: int, is_paged: int) -> list[Part]:
        found = self._database.execute(
            "SELECT line, bytes FROM part WHERE source = ? AND fetched_at_ms = ? AND is_paged = ? ORDER BY line",
            (source, ms, is_paged),
        )
        return [Part(*row) for row in found]

    def close(self) -> None:
        """Remove the temporary file."""
        self._database.close()
