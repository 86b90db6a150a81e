"""Delete old responses from raw, each day only after its archived file was verified and found equal to raw."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from belib_platform.raw.archive.archive import Archive
from belib_platform.raw.archive.changes import changes
from belib_platform.raw.archive.due import days_with_responses
from belib_platform.raw.archive.entry import Entry
from belib_platform.raw.archive.errors import ArchiveError, BrokenError
from belib_platform.raw.archive.lines import ArchivedMetadata
from belib_platform.raw.archive.raw_day import COLLECTIONS, RawDay, raw_day
from belib_platform.raw.archive.reading import broken_in, opened
from belib_platform.raw.store import RawStore
from belib_platform.sources.registry import SOURCES

AT_ONCE = 50
"""Responses deleted together."""

DAYS_A_RUN = 31


@dataclass
class Retired:
    """Number of responses deleted from raw by day, and the due days that stay, with the reason."""

    pages: dict[date, int] = field(default_factory=dict)
    held_back: dict[date, str] = field(default_factory=dict)


def retire(archive: Archive, store: RawStore, before: date, at_most: int = DAYS_A_RUN) -> Retired:
    """Retire up to `at_most` days before a UTC day, oldest first; the ledger stays.

    A day with a source's newest sound response stays, since the next poll is compared with it. A day whose archived
    file does not equal raw stays, and is reported.
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
    """Delete a day's responses from raw; returns how many.

    The day is noted first, then responses are deleted in small batches. If the process is killed, the next call
    continues; `restore_day` undoes it. Raises ArchiveError, and deletes nothing, if raw has anything that the day's
    verified file lacks.
    """
    with archive.turn():
        entry, held = archive.entry(day), raw_day(store, day)
        if broken := broken_in(archive.folder, entry):
            raise BrokenError(*broken)
        _refuse_other(archive, entry, held, is_begun=day in store.retired.all())
        store.retired.note(day, {"entry_sha256": entry.entry_sha256, "pages": entry.page_count})
        for collection in COLLECTIONS:
            _delete(store, collection, [response for response in held.responses if response.collection == collection])
        return len(held.responses)


def _refuse_other(archive: Archive, entry: Entry, held: RawDay, *, is_begun: bool) -> None:
    """Raises ArchiveError unless raw equals the file; once retiring has begun, raw may have fewer responses."""
    held.refuse_unfit()
    if held.content_sha256 == entry.content_sha256:
        return
    with opened(archive.folder, entry) as file:
        found = changes(file.responses, file.rows, held)
        archived = {response.id: response for response in file.responses}
        is_part_of_it = all(archived.get(response.id) == response for response in held.responses)
        has_its_attempts = held.rows == file.rows
    if not (is_begun and is_part_of_it and has_its_attempts):
        difference = found if found.is_damage else f"raw holds {', '.join(found.added[:3]) or 'attempts'} besides"
        raise ArchiveError(f"{entry.day} is not what its archived file holds: {difference}.")


def _delete(store: RawStore, collection: str, responses: Sequence[ArchivedMetadata]) -> None:
    for start in range(0, len(responses), AT_ONCE):
        ids = [response.id for response in responses[start : start + AT_ONCE]]
        store.database[collection].delete_many({"_id": {"$in": ids}})


def _newest_days(store: RawStore) -> set[date]:
    newest = (store.responses(source.collection).newest(source.name) for source in SOURCES.values())
    return {response.day for response in newest if response is not None}
