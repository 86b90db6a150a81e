"""Which days the archive does not hold as raw does."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from belib_platform.archive.archive import Archive, archive_day
from belib_platform.archive.entry import Entry
from belib_platform.archive.errors import ArchiveError, Broken, UnequalError
from belib_platform.archive.raw_day import COLLECTIONS
from belib_platform.raw.page import instant_of
from belib_platform.raw.store import RawStore

DAYS_A_RUN = 31

Counts = dict[date, Counter[str]]


@dataclass
class Archived:
    """What a run did: new entries, days archived already, days that could not be and why, files not equal to raw."""

    entries: list[Entry] = field(default_factory=list)
    unchanged: list[date] = field(default_factory=list)
    refused: dict[date, str] = field(default_factory=dict)
    unequal: list[Broken] = field(default_factory=list)


def days_with_pages(store: RawStore) -> Counts:
    """Pages by UTC day and collection: enough to see that a day changed, since pages are only ever added."""
    counts: Counts = {}
    for collection in COLLECTIONS:
        for document in store.database[collection].find({}, {"_id": 0, "fetched_at_ms": 1}):
            counts.setdefault(instant_of(document["fetched_at_ms"]).date(), Counter())[collection] += 1
    return counts


def due_days(archive: Archive, store: RawStore, today: date) -> list[date]:
    """Closed days, from raw's first on, that are not archived or have got pages since; oldest first.

    Retired days are not among them, nor those of which raw holds less than the archive.
    """
    counts, newest, retired = days_with_pages(store), archive.sound_chain().newest, store.retired.all()
    if not counts:
        return []
    first = min(counts)
    span = (first + timedelta(days=n) for n in range((today - first).days))
    return [day for day in span if day not in retired and _is_due(newest.get(day), counts.get(day, Counter()))]


def archive_days(
    archive: Archive, store: RawStore, asked: Iterable[date], today: date, at_most: int = DAYS_A_RUN
) -> Archived:
    """Archive the days asked for that are over and not retired, and of the others due so many at most, oldest first.

    A day of which raw holds less than the archive, or something that cannot be read, stays as it was archived, is
    named, and costs no other day. On a broken manifest nothing is done.
    """
    done, retired = Archived(), store.retired.all()
    if archive.chain().broken:
        return done
    own = [day for day in asked if day < today and day not in retired]
    others = [day for day in due_days(archive, store, today) if day not in set(own)][:at_most]
    for day in sorted([*own, *others]):
        _archive(archive, store, day, done)
    return done


def _archive(archive: Archive, store: RawStore, day: date, done: Archived) -> None:
    try:
        entry = archive_day(archive, store, day)
    except UnequalError as error:
        done.unequal += error.broken
    except ArchiveError as error:
        done.refused[day] = str(error)
    else:
        done.entries += [entry] if entry else []
        done.unchanged += [] if entry else [day]


def _is_due(entry: Entry | None, counted: Counter[str]) -> bool:
    if entry is None:
        return True
    archived = Counter({collection: sum(verdicts.values()) for collection, verdicts in entry.pages.items()})
    return counted != archived and counted >= archived
