"""The archive: a folder of days, each written once, read back, compared with raw, and only then in the manifest."""

import hashlib
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from belib_platform.raw.archive import manifest
from belib_platform.raw.archive.changes import changes
from belib_platform.raw.archive.entry import Entry, file_name, now_s, revision_of
from belib_platform.raw.archive.errors import READ_BACK, ArchiveError, BrokenError, UnequalError
from belib_platform.raw.archive.packing import pack
from belib_platform.raw.archive.raw_day import RawDay, bodies, raw_day
from belib_platform.raw.archive.reading import Unnamed, broken_in, must_be_the_file, opened, unnamed
from belib_platform.raw.store import RawStore
from belib_platform.settings import Settings


class NotArchivedError(ArchiveError):
    """A day is not in the archive."""


class DamagedRawError(ArchiveError):
    """Raw lacks or changed something that was archived; neither is written, and `restore` brings it back."""


class RawMovedError(ArchiveError):
    """A day got pages while it was being archived; do it again."""


@dataclass(frozen=True)
class Archive:
    """A folder with a manifest and a file a day."""

    folder: Path

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One at a time writes to the archive, retires and restores; a killed one loses its turn."""
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

    Attempts that are still `asking` although their page is kept get their outcome first. The manifest names a file only
    once it was read back equal to raw; the revision before is removed after that. Whatever is killed on the way is
    written again by the next call. Raises DamagedRawError where raw is not what was archived and more, and ArchiveError
    or BrokenError where something is not as it should be; the archive stays as it was.
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
    """Raises DamagedRawError unless raw holds all that the entry's file does, unchanged.

    Raises BrokenError where that cannot be known, because the file's heads and attempts are not those archived.
    """
    with opened(archive.folder, entry) as file:
        found = changes(file.heads, file.rows, held)
    if found.is_damage:
        raise damaged_raw(entry.day, len(found.missing) + len(found.changed), str(found))


def damaged_raw(day: date, count: int, said: str) -> DamagedRawError:
    """The error for so many documents of a UTC day that raw lacks or changed."""
    return DamagedRawError(
        f"{day}: raw was changed after it was archived, in {count:,} document{'s' * (count > 1)}: {said}. "
        f"Nothing is written; `belib archive restore {day}` brings back what was archived."
    )


def _refuse_other(archive: Archive, before: Entry | None, held: RawDay) -> None:
    """Raises ArchiveError unless raw is what was archived and more, and can be archived."""
    if before and before.content_sha256 != held.content_sha256:
        refuse_damage(archive, before, held)
    held.refuse_unfit()
    _refuse_unnamed(archive, before, held)


def _refuse_unnamed(archive: Archive, before: Entry | None, held: RawDay) -> None:
    """Raises ArchiveError where a file newer than the day's entry holds what raw does not.

    A kill leaves such a file, and raw holds all of it. A manifest that was cut or replaced by an older one leaves it,
    too, and the file may then be the only one that still holds what was archived.
    """
    for path in sorted((archive.folder / f"{held.day:%Y}").glob(f"belib_raw_{held.day.isoformat()}*")):
        file = path.relative_to(archive.folder).as_posix()
        if revision_of(file) <= (before.revision if before else 0):
            continue
        heads, rows = unnamed(archive.folder, Unnamed(held.day, file))
        found = changes(heads, rows, held)
        if found.is_damage:
            raise DamagedRawError(
                f"{held.day}: {file} is newer than the manifest says, and raw is not what it holds: {found}. Nothing "
                f"is written; put the {manifest.NAME} back that names it, or move the file out of the archive."
            )


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
    if broken := broken_in(archive.folder, entry):
        raise UnequalError(*(item._replace(rule=READ_BACK) for item in broken))


def _remove_others(archive: Archive, entry: Entry) -> None:
    """Remove a day's other revisions, and what a kill left of one; what cannot be removed `verify` names."""
    path = archive.folder / entry.file
    for other in path.parent.glob(f"*belib_raw_{entry.day.isoformat()}.*"):
        if other != path:
            with suppress(OSError):
                other.unlink()
