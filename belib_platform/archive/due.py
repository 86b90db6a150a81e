"""Which days the archive does not hold as raw does."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from belib_platform.archive.archive import Archive, archive_day
from belib_platform.archive.entry import Entry
from belib_platform.archive.errors import ArchiveError, Broken, UnequalError
from belib_platform.archive.raw_day import COLLECTIONS, raw_day
from belib_platform.raw.page import between, instant_of
from belib_platform.raw.store import RawStore

DAYS_A_RUN = 31

Counts = defaultdict[date, Counter[str]]

LESS = "raw holds less of it than the archive; `belib archive restore {day}` brings the rest back."
NO_FILE = "it is retired, and its file is not in the archive as it was; a copy of the archive may have it."


@dataclass
class Archived:
    """What a run did: new entries, days archived already, days for later runs, what is wrong with others, and files
    that are not equal to raw.
    """

    entries: list[Entry] = field(default_factory=list)
    unchanged: list[date] = field(default_factory=list)
    waiting: list[date] = field(default_factory=list)
    refused: dict[date, str] = field(default_factory=dict)
    unequal: list[Broken] = field(default_factory=list)


def days_with_pages(store: RawStore, before: date) -> Counts:
    """Pages by UTC day and collection, of the days before a day: enough to see that one changed, since pages are only
    ever added. MongoDB answers it from the index alone.
    """
    earlier = between(date(1970, 1, 1), before - timedelta(days=1))
    counts: Counts = defaultdict(Counter)
    for collection in COLLECTIONS:
        for document in store.database[collection].find(earlier, {"_id": 0, "fetched_at_ms": 1}):
            counts[instant_of(document["fetched_at_ms"]).date()][collection] += 1
    return counts


def due_days(archive: Archive, store: RawStore, today: date) -> tuple[list[date], dict[date, str]]:
    """Closed days, from the first there is on, that are not archived or have got pages since, oldest first; and those
    of which raw holds less than the archive, or that are retired without a file, with what to do about them.
    """
    counts, retired = days_with_pages(store, today), store.retired.all()
    newest = {day: entry for day, entry in archive.sound_chain().newest.items() if day < today}
    wrong = {day: NO_FILE.format(day=day) for day in retired if not archive.has_file(newest.get(day))}
    wrong |= {d: LESS.format(day=d) for d, e in newest.items() if d not in retired and not _counted(e) <= counts[d]}
    first = min([*counts, *newest], default=today)
    span = (first + timedelta(days=n) for n in range((today - first).days))
    closed = [day for day in span if day not in retired and day not in wrong]
    return [day for day in closed if day not in newest or _counted(newest[day]) != counts[day]], wrong


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
    due, done.refused = due_days(archive, store, today)
    own = [day for day in asked if day < today and day not in retired]
    others = [day for day in due if day not in set(own)]
    done.waiting = others[at_most:]
    for day in sorted([*own, *others[:at_most]]):
        _archive(archive, store, day, done)
    return done


def unequal_days(archive: Archive, store: RawStore, days: Iterable[date]) -> list[date]:
    """Those of these days of which raw holds something, and the archive something else or nothing; no file is read."""
    newest, unequal = archive.sound_chain().newest, []
    for day in days:
        held, entry = raw_day(store, day), newest.get(day)
        is_equal = archive.has_file(entry) and entry is not None and entry.content_sha256 == held.content_sha256
        if (held.heads or held.rows) and not is_equal:
            unequal.append(day)
    return unequal


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


def _counted(entry: Entry) -> Counter[str]:
    return Counter({collection: sum(verdicts.values()) for collection, verdicts in entry.pages.items()})
