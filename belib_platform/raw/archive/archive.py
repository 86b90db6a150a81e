"""The archive: a folder with a file per day, which enters the manifest once it was read back and equals raw."""

import hashlib
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from belib_platform.raw.archive import manifest
from belib_platform.raw.archive.changes import changes
from belib_platform.raw.archive.entry import Entry, file_name, revision_of
from belib_platform.raw.archive.errors import READ_BACK, ArchiveError, BrokenError, UnequalError
from belib_platform.raw.archive.packing import pack
from belib_platform.raw.archive.raw_day import RawDay, bodies, counts_of, raw_day
from belib_platform.raw.archive.reading import Unnamed, broken_in, must_be_the_file, opened, unnamed
from belib_platform.raw.store import RawStore
from belib_platform.settings import Settings


class NotArchivedError(ArchiveError):
    """A day is not in the archive."""


class DamagedRawError(ArchiveError):
    """Raw lacks or changed something that was archived; neither is written, and `restore` brings it back."""


class RawMovedError(ArchiveError):
    """Raw got responses or attempts of a day while it was being archived; archiving it again helps."""


@dataclass(frozen=True)
class Archive:
    """A folder with a manifest and a file a day."""

    folder: Path

    @contextmanager
    def turn(self) -> Iterator[None]:
        """A lock for writing, retiring and restoring; it is released if its process is killed."""
        # not at the top: what loads the definitions need not load what starts local servers
        from belib_platform.files.locks import lock

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
        """Whether the entry's file is there, regular and with its size; nothing of it is read."""
        if entry is None:
            return False
        try:
            status = (self.folder / entry.file).lstat()
        except OSError:
            return False
        return stat.S_ISREG(status.st_mode) and status.st_size == entry.bytes

    def damage_of(self, entry: Entry) -> str | None:
        """What is wrong with the entry's file, read to its end, or None where it has the SHA-256 it had."""
        try:
            must_be_the_file(self.folder, entry)
        except BrokenError as error:
            return str(error)
        return None


def archive_of(settings: Settings) -> Archive:
    """The archive of a home."""
    return Archive(settings.home.resolve() / "archive")


def archive_day(archive: Archive, store: RawStore, day: date) -> Entry | None:
    """Archive what raw holds of a UTC day that is over; None when the archive holds just that already, in a sound file.

    Attempts that are still `asking` although their response is stored get their outcome first. The manifest names a
    file only after it was read back and found equal to raw; then the previous revision is removed. If the process is
    killed, the next call writes the file again. Raises DamagedRawError if raw lacks or changed something that was
    archived, and ArchiveError or BrokenError for other faults; the archive is unchanged then.
    """
    with archive.turn():
        chain, held = archive.sound_chain(), raw_day(store, day)
        before = chain.newest.get(day)
        _refuse_other(archive, before, held)
        if before and before.content_sha256 == held.content_sha256 and not archive.damage_of(before):
            _remove_others(archive, before)
            return None
        if store.resolve_day(day):
            held = raw_day(store, day)
            _refuse_other(archive, before, held)
        entry = _written(archive, store, held, before.revision + 1 if before else 1, chain.head)
        manifest.append(archive.folder, entry)
        _remove_others(archive, entry)
        return entry


def refuse_damage(archive: Archive, entry: Entry, held: RawDay) -> None:
    """Raises DamagedRawError unless raw has everything that the entry's file has, unchanged.

    Raises BrokenError if the file is damaged, so that this cannot be known.
    """
    with opened(archive.folder, entry) as file:
        found = changes(file.responses, file.rows, held)
    if found.is_damage:
        raise damaged_raw(entry.day, len(found.missing) + len(found.changed), str(found))


def damaged_raw(day: date, count: int, differences: str) -> DamagedRawError:
    """The error for a UTC day of which raw lacks or changed `count` documents."""
    return DamagedRawError(
        f"{day}: raw was changed after it was archived, in {count:,} document{'s' * (count > 1)}: {differences}. "
        f"Nothing is written; `belib archive restore {day}` brings back what was archived."
    )


def _refuse_other(archive: Archive, before: Entry | None, held: RawDay) -> None:
    """Raises ArchiveError unless raw has everything that was archived, unchanged, and can be archived."""
    if before and before.content_sha256 != held.content_sha256:
        refuse_damage(archive, before, held)
    held.refuse_unfit()
    _refuse_unnamed(archive, before, held)


def _refuse_unnamed(archive: Archive, before: Entry | None, held: RawDay) -> None:
    """Raises DamagedRawError if a file newer than the day's entry has something that raw does not have.

    A killed process leaves such a file, and raw has all of it. But if the manifest was truncated or replaced by an
    older one, the file may be the only copy of what was archived.
    """
    for path in sorted((archive.folder / f"{held.day:%Y}").glob(f"belib_raw_{held.day.isoformat()}*")):
        file = path.relative_to(archive.folder).as_posix()
        if revision_of(file) <= (before.revision if before else 0):
            continue
        responses, rows = unnamed(archive.folder, Unnamed(held.day, file))
        found = changes(responses, rows, held)
        if found.is_damage:
            raise DamagedRawError(
                f"{held.day}: {file} is newer than the manifest says, and raw is not what it holds: {found}. Nothing "
                f"is written; put the {manifest.NAME} back that names it, or move the file out of the archive."
            )


def _written(archive: Archive, store: RawStore, held: RawDay, revision: int, previous: str) -> Entry:
    name = file_name(held.day, revision)
    path = archive.folder / name
    body_bytes = pack(path, held, bodies(store, held.responses))
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    entry = Entry(
        day=held.day,
        revision=revision,
        file=name,
        bytes=path.stat().st_size,
        sha256=sha256,
        content_sha256=held.content_sha256,
        pages=counts_of(held.responses),
        ledger_rows=len(held.rows),
        body_bytes=body_bytes,
        made_at=datetime.now(UTC).replace(microsecond=0),
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
    if broken := broken_in(archive.folder, entry):
        raise UnequalError(*(item._replace(rule=READ_BACK) for item in broken))


def _remove_others(archive: Archive, entry: Entry) -> None:
    """Remove a day's other revisions, and parts left by a killed process; `verify` reports what cannot be removed."""
    path = archive.folder / entry.file
    for other in path.parent.glob(f"*belib_raw_{entry.day.isoformat()}.*"):
        if other != path:
            with suppress(OSError):
                other.unlink()
