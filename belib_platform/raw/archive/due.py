"""The days that differ between archive and raw, and how a run archives them."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from belib_platform.raw.archive.archive import Archive, DamagedRawError, archive_day, damaged_raw, refuse_damage
from belib_platform.raw.archive.changes import changes
from belib_platform.raw.archive.entry import Entry
from belib_platform.raw.archive.errors import ArchiveError, Broken, UnequalError
from belib_platform.raw.archive.raw_day import COLLECTIONS, damaged_responses, raw_day
from belib_platform.raw.archive.reading import opened
from belib_platform.raw.archive.rotation import due_for_comparison, note_compared, read_compared
from belib_platform.raw.response import between, instant_of
from belib_platform.raw.responses import instants
from belib_platform.raw.store import RawStore

DAYS_A_RUN = 31
"""Days written by one run besides those it was asked for."""

_RETIRED = "{damage}. The day is retired, so that raw cannot make its file again; a copy of the archive may have it."

Counts = defaultdict[date, Counter[str]]


@dataclass
class Archived:
    """What a run did: new entries, unchanged days, days left for later runs, and by day what is wrong.

    `damaged_raw`: raw lacks or changed something that was archived. `damaged_files`: the file is damaged and cannot be
    written again. `repaired`: the file was damaged and was written again. `refused`: not archived for another reason.
    `unequal`: new files that did not match raw when they were read back.
    """

    entries: list[Entry] = field(default_factory=list)
    unchanged: list[date] = field(default_factory=list)
    waiting: list[date] = field(default_factory=list)
    damaged_raw: dict[date, str] = field(default_factory=dict)
    damaged_files: dict[date, str] = field(default_factory=dict)
    repaired: dict[date, str] = field(default_factory=dict)
    refused: dict[date, str] = field(default_factory=dict)
    unequal: list[Broken] = field(default_factory=list)
    compared: int = 0


def days_with_responses(store: RawStore, before: date) -> Counts:
    """Number of responses by UTC day and collection, before a day. MongoDB reads nothing but the index."""
    earlier = between(date(1970, 1, 1), before - timedelta(days=1))["fetched_at_ms"]
    counts: Counts = defaultdict(Counter)
    for collection in COLLECTIONS:
        for ms in instants(store.database[collection], earlier):
            counts[instant_of(ms).date()][collection] += 1
    return counts


def due_days(archive: Archive, store: RawStore, today: date) -> list[date]:
    """Past days that the archive lacks, or of which raw has another number of responses, oldest first.

    They begin with the first day with data; retired days are left out. Days with the same number of other responses are
    found by comparing.
    """
    counts, retired = days_with_responses(store, today), store.retired.all()
    newest = {day: entry for day, entry in archive.sound_chain().newest.items() if day < today}
    first = min([*counts, *newest], default=today)
    span = (first + timedelta(days=n) for n in range((today - first).days))
    return [d for d in span if d not in retired and (d not in newest or _counted(newest[d]) != counts[d])]


def archive_days(
    archive: Archive, store: RawStore, asked: Iterable[date], today: date, at_most: int = DAYS_A_RUN
) -> Archived:
    """Archive days, and compare a share of the archived ones with raw and with the hash of their file.

    Archives the past days of `asked` that are not retired, and up to `at_most` other due days, oldest first. A fault of
    a day is reported, changes neither raw nor archive, and stops no other day. Does nothing if the manifest is broken.
    """
    done, retired, chain = Archived(), store.retired.all(), archive.chain()
    if chain.broken:
        return done
    newest = chain.newest
    compared = {day: at for day, at in read_compared(archive.folder).items() if day in newest}
    own = {day for day in asked if day < today and day not in retired}
    in_turn = set(due_for_comparison((day for day in newest if day < today), compared, today))
    in_turn |= {day for day in {*newest, *retired} if day < today and not archive.has_file(newest.get(day))}
    for day in sorted(in_turn & retired):
        _compare_retired(archive, store, day, newest.get(day), done)
    for day in sorted({*own, *due_days(archive, store, today), *in_turn - retired}):
        if day in own or day in in_turn or len(done.entries) < at_most:
            _archive(archive, store, day, newest.get(day), done)
            if day in in_turn and day in done.unchanged:
                _compare_bodies(store, day, done)
        else:
            done.waiting.append(day)
    _note(archive, compared, in_turn | own, done, today)
    return done


def unequal_days(archive: Archive, store: RawStore, days: Iterable[date]) -> dict[date, str]:
    """Those of these days whose archived file is absent, damaged or different from raw, and why."""
    newest = archive.sound_chain().newest
    reasons = {day: _why_unequal(archive, store, day, newest.get(day)) for day in days}
    return {day: why for day, why in reasons.items() if why}


def _why_unequal(archive: Archive, store: RawStore, day: date, entry: Entry | None) -> str | None:
    held = raw_day(store, day)
    if entry is None:
        return None if held.is_empty else f"{day} is not archived."
    try:
        if entry.content_sha256 != held.content_sha256:
            refuse_damage(archive, entry, held)
            return f"{day}: raw holds more than the archive."
        held.refuse_unfit()
    except ArchiveError as error:
        return str(error)
    return archive.damage_of(entry)


def _compare_retired(archive: Archive, store: RawStore, day: date, entry: Entry | None, done: Archived) -> None:
    """Verify a retired day's file, and compare the attempts, which stay in raw."""
    done.compared += 1
    if damage := archive.damage_of(entry) if entry else f"{day} is not in the manifest":
        done.damaged_files[day] = _RETIRED.format(damage=damage)
    elif entry:
        try:
            with opened(archive.folder, entry) as file:
                found = changes([], file.rows, raw_day(store, day))
        except ArchiveError as error:  # the hash of the file is right, and its content is not
            done.damaged_files[day] = _RETIRED.format(damage=error)
            return
        if found.is_damage:
            done.damaged_raw[day] = str(damaged_raw(day, len(found.missing) + len(found.changed), str(found)))


def _compare_bodies(store: RawStore, day: date, done: Archived) -> None:
    """Read the bodies of a day whose metadata and attempts are those archived."""
    if wrong := sorted(page for _, page in damaged_responses(store, raw_day(store, day).responses)):
        differences = f"{', '.join(wrong[:3])}: the body is not the one whose SHA-256 it holds"
        done.damaged_raw[day] = str(damaged_raw(day, len(wrong), differences))
        done.unchanged.remove(day)


def _archive(archive: Archive, store: RawStore, day: date, before: Entry | None, done: Archived) -> None:
    damage = archive.damage_of(before) if before else None
    done.compared += before is not None
    try:
        entry = archive_day(archive, store, day)
    except UnequalError as error:
        done.unequal += error.broken
    except DamagedRawError as error:
        done.damaged_raw[day] = str(error)
        if damage:
            done.damaged_files[day] = damage
    except (ArchiveError, OSError) as error:
        (done.damaged_files if damage else done.refused)[day] = str(error)
    else:
        done.entries += [entry] if entry else []
        done.unchanged += [] if entry else [day]
        if damage:
            done.repaired[day] = f"{damage}. It was written again."


def _note(archive: Archive, compared: dict[date, date], checked: set[date], done: Archived, today: date) -> None:
    wrong = {*done.damaged_raw, *done.damaged_files, *done.refused, *(broken.day for broken in done.unequal)}
    sound = {*checked, *(entry.day for entry in done.entries)}
    noted = compared | dict.fromkeys(sound, today)
    note_compared(archive.folder, {day: at for day, at in noted.items() if day not in wrong})


def _counted(entry: Entry) -> Counter[str]:
    return Counter({collection: sum(verdicts.values()) for collection, verdicts in entry.pages.items()})
