"""The archive: a folder of days, each written once, read back, compared with raw, and only then in the manifest."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from belib_platform.archive import manifest
from belib_platform.archive.entry import Entry, file_name, now_s
from belib_platform.archive.errors import READ_BACK, ArchiveError, Broken, BrokenError, UnequalError
from belib_platform.archive.packing import pack
from belib_platform.archive.raw_day import RawDay, bodies, raw_day
from belib_platform.archive.reading import must_be_the_file, opened
from belib_platform.raw.store import RawStore
from belib_platform.settings import Settings


class NotArchivedError(ArchiveError):
    """A day is not in the archive."""


class LostPagesError(ArchiveError):
    """Raw holds less of a day than the archive does; a new revision would lose it."""


class RawMovedError(Exception):
    """A day got pages while it was being archived; do it again."""


@dataclass(frozen=True)
class Archive:
    """A folder with a manifest and a file a day."""

    folder: Path

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One at a time writes to the archive, retires and restores; a killed one loses its turn."""
        # not at the top: what loads the definitions need not load what starts local servers
        from belib_platform.embedded.locks import lock

        with lock(self.folder / "archive.lock"):
            yield

    def chain(self) -> manifest.Chain:
        """The manifest as it is, with what is broken in it."""
        return manifest.read_chain(self.folder)

    def sound_chain(self) -> manifest.Chain:
        """The manifest. Raises BrokenError when a line of it is broken."""
        chain = self.chain()
        if chain.broken:
            raise BrokenError(*chain.broken)
        return chain

    def entry(self, day: date) -> Entry:
        """The newest entry of a day. Raises NotArchivedError, and BrokenError when the manifest is broken."""
        entry = self.sound_chain().newest.get(day)
        if entry is None:
            raise NotArchivedError(f"{day} is not in the archive, {self.folder / manifest.NAME}.")
        return entry

    def has_file(self, entry: Entry | None) -> bool:
        """Whether the entry's file is there with its size; its content is for `verify` to judge."""
        if entry is None:
            return False
        path = self.folder / entry.file
        return path.is_file() and path.stat().st_size == entry.bytes


def archive_of(settings: Settings) -> Archive:
    """The archive of a home."""
    return Archive(settings.home.resolve() / "archive")


def archive_day(archive: Archive, store: RawStore, day: date) -> Entry | None:
    """Archive what raw holds of a UTC day that is over; None when the archive holds just that already.

    The manifest names a file only once it was read back equal to raw; the revision before is removed after that.
    Whatever is killed on the way is written again by the next call. Raises LostPagesError where raw holds less than
    the archive, and ArchiveError or BrokenError where something is not as it should be; the archive stays as it was.
    """
    with archive.turn():
        chain, held = archive.sound_chain(), raw_day(store, day)
        before = chain.newest.get(day)
        if before and before.content_sha256 == held.content_sha256 and archive.has_file(before):
            _remove_others(archive, before)
            return None
        refuse_loss(before, held)
        entry = _written(archive, store, held, before.revision + 1 if before else 1, chain.head)
        manifest.append(archive.folder, entry)
        _remove_others(archive, entry)
        return entry


def refuse_loss(before: Entry | None, held: RawDay) -> None:
    """Raises LostPagesError when raw holds fewer pages or attempts of a day than its entry: raw only ever grows."""
    if before is None:
        return
    fewer = [
        f"{held.counts.get(collection, {}).get(verdict, 0)} of {count} {verdict} pages of {collection}"
        for collection, verdicts in before.pages.items()
        for verdict, count in verdicts.items()
        if held.counts.get(collection, {}).get(verdict, 0) < count
    ]
    if len(held.rows) < before.ledger_rows:
        fewer.append(f"{len(held.rows)} of {before.ledger_rows} attempts")
    if fewer:
        raise LostPagesError(
            f"{before.day}: raw holds {', '.join(fewer)} that the archive has; `belib archive restore {before.day}` "
            "brings them back."
        )


def compare(archive: Archive, entry: Entry, held: RawDay, *, raw_may_hold: Literal["the same", "less", "more"]) -> None:
    """Read an entry's file to its end and compare it with raw. Raises BrokenError, which names what differs."""
    must_be_the_file(archive.folder, entry)
    with opened(archive.folder, entry) as file:
        archived, kept = {head.file: head for head in file.heads}, {head.file: head for head in held.heads}
        only_raw = [name for name, head in kept.items() if archived.get(name) != head]
        only_archive = [name for name, head in archived.items() if kept.get(name) != head]
        rows = {row["_id"]: row for row in held.rows}
        only_archive += [f"attempt {row['_id']}" for row in file.rows if rows.get(row["_id"]) != row]
        differing = (only_raw if raw_may_hold != "more" else []) + (only_archive if raw_may_hold != "less" else [])
        if differing or (raw_may_hold == "the same" and len(rows) != len(file.rows)):
            said = f"raw and the archive differ in {', '.join(differing[:3]) or 'attempts'}"
            said += f" and {len(differing) - 3} more" if len(differing) > 3 else ""
            raise UnequalError(Broken(entry.day, entry.file, READ_BACK, said))
        for _ in file.bodies():
            pass


def _written(archive: Archive, store: RawStore, held: RawDay, revision: int, previous: str) -> Entry:
    name = file_name(held.day, revision)
    path = archive.folder / name
    body_bytes = pack(path, held, bodies(store, held.heads))
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    entry = Entry(
        day=held.day,
        revision=revision,
        file=name,
        bytes=path.stat().st_size,
        sha256=sha256,
        content_sha256=held.content_sha256,
        pages=held.counts,
        ledger_rows=len(held.rows),
        body_bytes=body_bytes,
        made_at=now_s(datetime.now(UTC)),
        previous_sha256=previous,
    )
    try:
        _read_back(archive, entry, raw_day(store, held.day))
    except (RawMovedError, BrokenError):
        path.unlink(missing_ok=True)
        raise
    return entry


def _read_back(archive: Archive, entry: Entry, now_held: RawDay) -> None:
    if now_held.content_sha256 != entry.content_sha256:
        raise RawMovedError(f"Raw got pages or attempts of {entry.day} while it was being archived.")
    compare(archive, entry, now_held, raw_may_hold="the same")


def _remove_others(archive: Archive, entry: Entry) -> None:
    """Remove a day's other revisions, and what a kill left of one."""
    path = archive.folder / entry.file
    for other in path.parent.glob(f"*belib_raw_{entry.day.isoformat()}.*"):
        if other != path:
            other.unlink()
