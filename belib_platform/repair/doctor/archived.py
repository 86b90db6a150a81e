"""archive ↔ raw: whether raw still holds what was archived, and whether the archive holds every day that is over."""

from collections.abc import Iterator
from datetime import date

from belib_platform.raw.archive.archive import Archive
from belib_platform.raw.archive.changes import Changes, changes
from belib_platform.raw.archive.entry import Entry
from belib_platform.raw.archive.errors import ArchiveError
from belib_platform.raw.archive.raw_day import RawDay, damaged_responses, raw_day
from belib_platform.raw.archive.reading import opened
from belib_platform.repair.doctor.archived_day import restoring
from belib_platform.repair.doctor.finding import Finding, Remedy
from belib_platform.repair.doctor.retired import archive_and_ledger
from belib_platform.repair.doctor.stores import Stores

LAYER = "archive ↔ raw"

UNKNOWN = "raw is not what was archived, and the archived file, which would tell what was, cannot be read"


def raw_and_archive(stores: Stores, day: date) -> Iterator[Finding]:
    """What was archived of a UTC day and is missing or changed in raw; it must be restored before rows are made of it.

    If the archived file cannot be read, no rows may be made of raw. Raises BrokenError if the manifest is broken.
    """
    entry = stores.entries.get(day)
    if entry is None:
        return
    if day in stores.retired:
        yield from archive_and_ledger(stores, entry)
        return
    held = raw_day(stores.raw, day)
    if entry.content_sha256 == held.content_sha256:
        return
    found = _changes(stores.archive, entry, held)
    if found is None:
        yield Finding(LAYER, day, UNKNOWN, 1, stores.archive.damage_of(entry) or "")
    elif found.is_damage:
        yield from _damage(found, day, restoring(stores, day))


def _damage(found: Changes, day: date, remedy: Remedy | None) -> Iterator[Finding]:
    besides = "" if remedy else ", and the archived file is damaged"
    if found.missing:
        summary = f"raw lost responses or attempts that are archived{besides}"
        yield Finding(LAYER, day, summary, len(found.missing), str(Changes(missing=found.missing)), remedy)
    if found.changed:
        summary = f"raw was changed after it was archived{besides}"
        yield Finding(LAYER, day, summary, len(found.changed), str(Changes(changed=found.changed)), remedy)


def archive_and_raw(stores: Stores, day: date) -> Iterator[Finding]:
    """A past UTC day whose file is absent or damaged, or of which raw has gained something since."""
    entry = stores.entries.get(day)
    if not day < stores.now.date():
        return
    if entry is None:
        if day in stores.retired or not raw_day(stores.raw, day).is_empty:
            yield _without_file(stores, day, "is not archived", "")
    elif damage := stores.archive.damage_of(entry):
        yield _without_file(stores, day, "the archived file is damaged", damage)
    elif day not in stores.retired:
        yield from _beyond_the_archive(stores, entry)


def _without_file(stores: Stores, day: date, summary: str, example: str) -> Finding:
    """The file can be written (again) from raw, unless the day is retired or damaged in raw, too."""
    if day in stores.retired:
        return Finding(LAYER, day, f"{summary}, and the day is retired; a copy of the archive may have it", 1, example)
    held, entry = raw_day(stores.raw, day), stores.entries.get(day)
    if entry and entry.content_sha256 != held.content_sha256:
        found = _changes(stores.archive, entry, held)
        if found is None:
            return Finding(LAYER, day, f"{summary}, and raw is not what the manifest says was archived", 1, example)
        if found.is_damage:
            return Finding(LAYER, day, f"{summary}, and raw was changed", 1, example)
    return _if_it_can_be(stores, held, Finding(LAYER, day, summary, len(held.responses), example, Remedy.ARCHIVE))


def _beyond_the_archive(stores: Stores, entry: Entry) -> Iterator[Finding]:
    held = raw_day(stores.raw, entry.day)
    if entry.content_sha256 == held.content_sha256 and not held.unfit:
        return
    found = _changes(stores.archive, entry, held)
    if found and not found.is_damage:
        example = f"{found.added[0]} is not in the archive" if found.added else ""
        summary = "raw has more, or an outcome that came later"
        finding = Finding(LAYER, entry.day, summary, max(len(found.added), 1), example, Remedy.ARCHIVE)
        yield _if_it_can_be(stores, held, finding)


def _if_it_can_be(stores: Stores, held: RawDay, finding: Finding) -> Finding:
    """The finding, or another if the day cannot be archived: a document does not fit, or a body is damaged."""
    if held.unfit:
        return Finding(LAYER, held.day, "cannot be archived", len(held.unfit), str(held.unfit[0]))
    if wrong := sorted(page for _, page in damaged_responses(stores.raw, held.responses)):
        example = "; ".join(filter(None, [f"the body of {wrong[0]} is damaged", finding.example]))
        return Finding(LAYER, held.day, f"{finding.summary}, and raw's bodies are damaged", len(wrong), example)
    return finding


def _changes(archive: Archive, entry: Entry, held: RawDay) -> Changes | None:
    """How raw differs from the archived day; None if its file cannot be read."""
    try:
        with opened(archive.folder, entry) as file:
            return changes(file.responses, file.rows, held)
    except ArchiveError:
        return None
