"""archive ↔ raw: whether raw still holds what was archived, and whether the archive holds every day that is over."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from belib_platform.archive.archive import Archive
from belib_platform.archive.changes import Changes, changes
from belib_platform.archive.entry import Entry
from belib_platform.archive.errors import ArchiveError
from belib_platform.archive.raw_day import RawDay, raw_day
from belib_platform.archive.reading import opened
from belib_platform.doctor.finding import Finding, Remedy
from belib_platform.doctor.stores import Stores

LAYER = "archive ↔ raw"


@dataclass(frozen=True)
class Archived:
    """What the archive holds of a day: hashes of pages by `_id`, and the `_id`s of attempts."""

    pages: dict[str, str]
    attempts: frozenset[str]


NOTHING = Archived({}, frozenset())


def archived(stores: Stores, day: date) -> Archived:
    """What the archive has of a UTC day, nothing where that cannot be read."""
    entry = stores.entries.get(day)
    return _read(stores.archive, entry) if entry else NOTHING


def _read(archive: Archive, entry: Entry) -> Archived:
    try:
        with opened(archive.folder, entry) as file:
            pages = {head.id: head.sha256 for head in file.heads}
            return Archived(pages, frozenset(str(row["_id"]) for row in file.rows))
    except ArchiveError:
        return NOTHING


def raw_and_archive(stores: Stores, day: date) -> Iterator[Finding]:
    """What was archived of a UTC day and is missing or changed in raw: it is restored before anything is made of it."""
    entry = stores.entries.get(day)
    if entry is None or day in stores.retired:
        return
    held = raw_day(stores.raw, day)
    if entry.content_sha256 == held.content_sha256:
        return
    found = _changes(stores.archive, entry, held)
    if found and found.missing:
        said = "raw lost pages or attempts that are archived"
        yield Finding(LAYER, day, said, len(found.missing), f"{found.missing[0]} is missing", Remedy.RESTORE)
    if found and found.changed:
        said = "raw was changed after it was archived"
        yield Finding(LAYER, day, said, len(found.changed), str(Changes(changed=found.changed)), Remedy.RESTORE)


def archive_and_raw(stores: Stores, day: date) -> Iterator[Finding]:
    """A day that is over and not archived as it is, or whose file is not the one archived."""
    entry = stores.entries.get(day)
    if not day < stores.now.date() or (entry is None and day not in stores.retired and _is_empty(stores, day)):
        return
    if entry is None:
        yield _without_file(stores, day, "is not archived", "")
        return
    if damage := stores.archive.damage_of(entry):
        yield _without_file(stores, day, "the archived file is damaged", damage)
    elif day not in stores.retired:
        yield from _beyond_the_archive(stores, entry)


def _is_empty(stores: Stores, day: date) -> bool:
    return raw_day(stores.raw, day).is_empty


def _without_file(stores: Stores, day: date, said: str, example: str) -> Finding:
    """Raw can make the file (again) where it holds the day; a day that is retired, or else damaged, it cannot."""
    if day in stores.retired:
        return Finding(LAYER, day, f"{said}, and the day is retired; a copy of the archive may have it", 1, example)
    held, entry = raw_day(stores.raw, day), stores.entries.get(day)
    if entry and entry.content_sha256 != held.content_sha256:
        found = _changes(stores.archive, entry, held)
        if found is None:
            return Finding(LAYER, day, f"{said}, and raw is not what the manifest says was archived", 1, example)
        if found.is_damage:
            return Finding(LAYER, day, f"{said}, and raw was changed", 1, example)
    return _unless_unfit(held, Finding(LAYER, day, said, len(held.heads), example, Remedy.ARCHIVE))


def _beyond_the_archive(stores: Stores, entry: Entry) -> Iterator[Finding]:
    held = raw_day(stores.raw, entry.day)
    if entry.content_sha256 == held.content_sha256 and not held.unfit:
        return
    found = _changes(stores.archive, entry, held)
    if found and not found.is_damage:
        example = f"{found.added[0]} is not in the archive" if found.added else ""
        said = "raw has more, or an outcome that came later"
        yield _unless_unfit(held, Finding(LAYER, entry.day, said, max(len(found.added), 1), example, Remedy.ARCHIVE))


def _unless_unfit(held: RawDay, finding: Finding) -> Finding:
    """The finding, or that the day cannot be archived, because a document holds what the archive would lose."""
    if not held.unfit:
        return finding
    return Finding(LAYER, held.day, "cannot be archived", len(held.unfit), str(held.unfit[0]))


def _changes(archive: Archive, entry: Entry, held: RawDay) -> Changes | None:
    """How raw differs from the archived day, None where the file no longer tells what was archived."""
    try:
        with opened(archive.folder, entry) as file:
            return changes(file.heads, file.rows, held)
    except ArchiveError:
        return None
