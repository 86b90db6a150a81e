"""Old pages leave raw, each day only after its file was read to the end and found equal to raw just before."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from belib_platform.raw.archive.archive import Archive
from belib_platform.raw.archive.changes import changes
from belib_platform.raw.archive.due import days_with_responses
from belib_platform.raw.archive.entry import Entry
from belib_platform.raw.archive.errors import ArchiveError, BrokenError
from belib_platform.raw.archive.lines import ArchivedHead
from belib_platform.raw.archive.raw_day import COLLECTIONS, RawDay, raw_day
from belib_platform.raw.archive.reading import broken_in, opened
from belib_platform.raw.store import RawStore
from belib_platform.sources.registry import SOURCES

AT_ONCE = 50
"""Pages deleted together."""

DAYS_A_RUN = 31


@dataclass
class Retired:
    """Pages that left raw by day, and the days that are due and stay, with the reason."""

    pages: dict[date, int] = field(default_factory=dict)
    held_back: dict[date, str] = field(default_factory=dict)


def retire(archive: Archive, store: RawStore, before: date, at_most: int = DAYS_A_RUN) -> Retired:
    """Retire the days before a UTC day, oldest first, so many at most; the ledger stays.

    A day that holds a source's newest sound page stays: the next poll is judged by it. A day whose archived file is
    not equal to raw stays, and is named.
    """
    done = Retired()
    due = sorted(days_with_responses(store, before))
    newest = _newest_days(store) if due else set()
    for day in due:
        if day in newest:
            continue
        if len(done.pages) == at_most:
            break
        try:
            done.pages[day] = retire_day(archive, store, day)
        except ArchiveError as error:
            done.held_back[day] = str(error)
    return done


def retire_day(archive: Archive, store: RawStore, day: date) -> int:
    """Delete a day's pages from raw; returns how many.

    Noted first and deleted in small batches: a killed one goes on with the next call, and `restore_day` undoes it.
    Raises ArchiveError, with every page still there, unless raw holds nothing that the day's verified file does not.
    """
    with archive.turn():
        entry, held = archive.entry(day), raw_day(store, day)
        if broken := broken_in(archive.folder, entry):
            raise BrokenError(*broken)
        _refuse_other(archive, entry, held, is_begun=day in store.retired.all())
        store.retired.note(day, {"entry_sha256": entry.entry_sha256, "pages": entry.page_count})
        for collection in COLLECTIONS:
            _delete(store, collection, [head for head in held.heads if head.collection == collection])
        return len(held.heads)


def _refuse_other(archive: Archive, entry: Entry, held: RawDay, *, is_begun: bool) -> None:
    """Raises ArchiveError unless raw holds just what the file does, or, once begun, only less pages of it."""
    held.refuse_unfit()
    if held.content_sha256 == entry.content_sha256:
        return
    with opened(archive.folder, entry) as file:
        found = changes(file.heads, file.rows, held)
        is_part_of_it = {head.id: head for head in held.heads}.items() <= {head.id: head for head in file.heads}.items()
        has_its_attempts = held.rows == file.rows
    if not (is_begun and is_part_of_it and has_its_attempts):
        said = found if found.is_damage else f"raw holds {', '.join(found.added[:3]) or 'attempts'} besides"
        raise ArchiveError(f"{entry.day} is not what its archived file holds: {said}.")


def _delete(store: RawStore, collection: str, heads: Sequence[ArchivedHead]) -> None:
    for start in range(0, len(heads), AT_ONCE):
        ids = [head.id for head in heads[start : start + AT_ONCE]]
        store.database[collection].delete_many({"_id": {"$in": ids}})


def _newest_days(store: RawStore) -> set[date]:
    newest = (store.responses(source.collection).newest(source.name) for source in SOURCES.values())
    return {head.day for head in newest if head is not None}
