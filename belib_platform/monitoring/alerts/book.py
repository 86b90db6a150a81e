"""What is open, and what each receiver has not been told yet: the memory of the alerts between two ticks."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from belib_platform.monitoring.alerts.problem import Problem

INTERRUPTED = timedelta(minutes=5)
"""Nobody watched when the tick before is longer ago than this."""

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(minutes=15)
"""How long a receiver that did not take a message is left alone: doubled each time."""


class Waiting(BaseModel):
    """Changes of one problem that a receiver has not been told; however many, they are one entry."""

    model_config = ConfigDict(frozen=True)

    problem: Problem
    openings: int = 0
    recoveries: int = 0
    recovered_at: datetime | None = None
    """When it recovered, if that was the last change."""


class Outbox(BaseModel):
    """What waits for one receiver, by the problem's key, and when it may be tried again."""

    model_config = ConfigDict(frozen=True)

    waiting: dict[str, Waiting] = {}
    failures: int = 0
    next_try_at: datetime | None = None

    def is_due(self, now: datetime) -> bool:
        """Whether something waits and the receiver is not left alone: never for longer than a refusal asks for."""
        return bool(self.waiting) and (self.next_try_at is None or not now < self.next_try_at <= now + LONGEST_WAIT)

    def refused(self, now: datetime) -> "Outbox":
        """The same after a delivery that failed: nothing is lost, and the next try is later each time."""
        wait = min(FIRST_WAIT * 2 ** min(self.failures, 8), LONGEST_WAIT)
        return Outbox(waiting=self.waiting, failures=self.failures + 1, next_try_at=now + wait)


class Book(BaseModel):
    """All that is remembered; bounded, since problems are of a fixed number of checks, jobs, sources and ticks."""

    model_config = ConfigDict(frozen=True)

    version: Literal[1] = 1
    watched_since: datetime
    seen_at: datetime
    open: dict[str, Problem] = {}
    outboxes: dict[str, Outbox] = {}

    def delivered(self, receiver: str) -> "Book":
        """The same after a delivery that succeeded: nothing waits for this receiver."""
        return self._with(receiver, Outbox())

    def refused(self, receiver: str, now: datetime) -> "Book":
        """The same after a delivery that failed."""
        return self._with(receiver, self.outboxes[receiver].refused(now))

    def _with(self, receiver: str, outbox: Outbox) -> "Book":
        return self.model_copy(update={"outboxes": {**self.outboxes, receiver: outbox}})


def new_book(now: datetime) -> Book:
    """Nothing seen, nothing told."""
    return Book(watched_since=now, seen_at=now)


def watched(book: Book, now: datetime) -> Book:
    """The book at the start of a tick: after an interruption the watch begins anew, and never later than now."""
    since = now if now - book.seen_at > INTERRUPTED else min(book.watched_since, now)
    return book.model_copy(update={"watched_since": since, "seen_at": now})


def observed(
    book: Book,
    problems: Iterable[Problem],
    receivers: Collection[str],
    now: datetime,
    unjudged: Collection[str] = (),
) -> Book:
    """The book after a look at everything: what opened and what recovered waits for every receiver.

    A problem that stays open keeps its first telling. Keys that could not be judged stay as they were. A receiver not
    known before is told what is open; one that is gone is forgotten.
    """
    found = {problem.key: problem for problem in problems}
    kept = {key: problem for key, problem in book.open.items() if key in found or key in unjudged}
    opened = {key: problem for key, problem in found.items() if key not in book.open}
    recovered = {key: problem for key, problem in book.open.items() if key not in kept}
    still_open = kept | opened
    outboxes = {
        receiver: _changed(book.outboxes[receiver], opened, recovered, now)
        if receiver in book.outboxes
        else _changed(Outbox(), still_open, {}, now)
        for receiver in receivers
    }
    return book.model_copy(update={"open": still_open, "outboxes": outboxes})


def _changed(outbox: Outbox, opened: Mapping[str, Problem], recovered: Mapping[str, Problem], now: datetime) -> Outbox:
    waiting = dict(outbox.waiting)
    for key, problem in opened.items():
        before = waiting.get(key, Waiting(problem=problem))
        waiting[key] = Waiting(problem=problem, openings=before.openings + 1, recoveries=before.recoveries)
    for key, problem in recovered.items():
        before = waiting.get(key, Waiting(problem=problem))
        waiting[key] = before.model_copy(update={"recoveries": before.recoveries + 1, "recovered_at": now})
    return outbox.model_copy(update={"waiting": waiting})
