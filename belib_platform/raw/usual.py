"""The usual number of records around an instant, according to the sound responses near it."""

from bisect import bisect_left, insort
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from statistics import median_low
from typing import NamedTuple

from belib_platform.raw.response import epoch_ms
from belib_platform.raw.store import RawStore
from belib_platform.sources.registry import SOURCES
from belib_platform.sources.verdict import Usual

JUDGED_BY = 12
"""Number of responses, the nearest in time, from which the usual number is computed."""

NEAR = timedelta(weeks=6)
"""How far from the instant a response may be; networks grow and shrink."""

SURE_FROM = 3
"""Recordings needed to refuse one for having too many records: otherwise a partial first one would refuse all."""


class Witness(NamedTuple):
    """A sound response: when (epoch ms), how many records, and whether it was polled."""

    at_ms: int
    record_count: int
    is_poll: bool


def usual_of(witnesses: Iterable[Witness], at: datetime) -> Usual | None:
    """The lower median of the nearest responses, or None if there are none.

    With the upper one, a single response that is far too long could get all later ones refused. If there are polls,
    recordings do not count, since each poll was compared with the number that the source announced.
    """
    ms, far = epoch_ms(at), NEAR // timedelta(milliseconds=1)
    near = sorted((abs(w.at_ms - ms), w) for w in witnesses if w.at_ms != ms and abs(w.at_ms - ms) <= far)
    nearest = [witness for _, witness in near[:JUDGED_BY]]
    polled = [witness.record_count for witness in nearest if witness.is_poll]
    counts = polled or [witness.record_count for witness in nearest]
    return Usual(median_low(counts), bool(polled) or len(counts) >= SURE_FROM) if counts else None


def usual_now(store: RawStore, source: str, at: datetime) -> Usual | None:
    """What is usual of a source's responses at an instant."""
    return usual_of(_kept_near(store, source, at), at)


class ImportWitnesses:
    """The usual number by stored responses and those of the same import, whose order therefore matters little."""

    def __init__(self, store: RawStore) -> None:
        self._store = store
        self._kept: dict[tuple[str, date], list[Witness]] = {}
        self._own: dict[str, list[Witness]] = {}

    def add(self, source: str, at: datetime, count: int | None) -> None:
        """Add a response of this import."""
        if count is not None:
            insort(self._own.setdefault(source, []), Witness(epoch_ms(at), count, is_poll=False))

    def dismiss(self, source: str, at: datetime) -> None:
        """Remove a response of this import."""
        ms = epoch_ms(at)
        self._own[source] = [witness for witness in self._own.get(source, []) if witness.at_ms != ms]

    def usual(self, source: str, at: datetime) -> Usual | None:
        """What is usual of a source's responses at an instant."""
        own = self._own.get(source, [])
        middle = bisect_left(own, Witness(epoch_ms(at), 0, is_poll=False))
        near = own[max(0, middle - JUDGED_BY) : middle + JUDGED_BY + 1]
        kept = self._kept_around(source, at.date())
        known = {witness.at_ms for witness in kept}
        return usual_of([*kept, *(witness for witness in near if witness.at_ms not in known)], at)

    def _kept_around(self, source: str, day: date) -> list[Witness]:
        if (source, day) not in self._kept:
            noon = datetime.combine(day, time(12), UTC)
            self._kept[source, day] = _kept_near(self._store, source, noon)
        return self._kept[source, day]


def _kept_near(store: RawStore, source: str, at: datetime) -> list[Witness]:
    responses = store.responses(SOURCES[source].collection)
    return [
        Witness(epoch_ms(near.fetched_at), near.record_count, near.origin == "poll")
        for near in responses.sound_near(source, at, NEAR, JUDGED_BY)
        if near.record_count is not None
    ]
