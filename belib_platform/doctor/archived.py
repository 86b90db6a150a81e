"""archive ↔ raw: whether every day that is over is archived as raw holds it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from belib_platform.archive.archive import Archive
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
    return _read(stores.archive, entry) if entry and stores.archive.has_file(entry) else NOTHING


def _read(archive: Archive, entry: Entry) -> Archived:
    try:
        with opened(archive.folder, entry) as file:
            pages = {head.id: head.sha256 for head in file.heads}
            return Archived(pages, frozenset(str(row["_id"]) for row in file.rows))
    except (ArchiveError, OSError):
        return NOTHING


def archive_and_raw(stores: Stores, day: date) -> Iterator[Finding]:
    """A day that is not archived as it is; of a retired one, whether its file is there with its size."""
    if not day < stores.now.date():
        return
    entry = stores.entries.get(day)
    if day in stores.retired:
        if not stores.archive.has_file(entry):
            yield Finding(LAYER, day, "is retired, and its file is not in the archive as it was", 1)
        return
    try:
        held = raw_day(stores.raw, day)
    except ArchiveError as error:
        yield Finding(LAYER, day, "cannot be archived", 1, str(error))
        return
    if not held.heads and not held.rows and entry is None:
        return
    if entry is None or not stores.archive.has_file(entry):
        yield Finding(LAYER, day, "is not archived", len(held.heads), remedy=Remedy.ARCHIVE)
    elif entry.content_sha256 != held.content_sha256:
        yield _differing(archived(stores, day), held)


def _differing(kept: Archived, held: RawDay) -> Finding:
    pages, attempts = {head.id: head.sha256 for head in held.heads}, {str(row["_id"]) for row in held.rows}
    absent = sorted([*(kept.pages.keys() - pages.keys()), *(kept.attempts - attempts)])
    if absent:
        return Finding(LAYER, held.day, "raw has less", len(absent), f"{absent[0]} is missing", Remedy.RESTORE)
    others = sorted(page for page, sha256 in kept.pages.items() if pages[page] != sha256)
    if others:
        return Finding(LAYER, held.day, "raw has other bodies; neither is rewritten", len(others), others[0])
    more = sorted([*(pages.keys() - kept.pages.keys()), *(attempts - kept.attempts)])
    example = f"{more[0]} is not in the archive" if more else ""
    return Finding(LAYER, held.day, "raw has more, or says otherwise", max(len(more), 1), example, Remedy.ARCHIVE)
