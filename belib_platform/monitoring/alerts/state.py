"""What the alerts remember between two ticks: which problems are open, and what each receiver has not been sent yet.

It is kept as JSON in the cursor of a sensor, so the names of fields are part of a format.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from belib_platform.monitoring.alerts.problem import Problem
from belib_platform.monitoring.alerts.retry import Retry

INTERRUPTED = timedelta(minutes=5)
"""When the tick before is longer ago than this, nobody observed anything in between."""

NO_STATE = "null"
"""The cursor where nothing is remembered: instead of an empty one Dagster keeps the one before."""


class Waiting(BaseModel):
    """Changes of one problem that a receiver has not been sent; however many, they are one entry."""

    model_config = ConfigDict(frozen=True)

    problem: Problem
    openings: int = 0
    recoveries: int = 0
    recovered_at: datetime | None = None
    """When it recovered, if that was the last change."""


class Outbox(Retry):
    """What waits for one receiver, by the problem's key, and when the next delivery may be tried."""

    waiting: dict[str, Waiting] = Field({})

    def is_due(self, now: datetime) -> bool:
        """Whether something waits and may be delivered now."""
        return bool(self.waiting) and self.may_be_tried(now)

    def changed(self, opened: Mapping[str, Problem], recovered: Mapping[str, Problem], now: datetime) -> "Outbox":
        """The outbox after these problems opened and recovered."""
        waiting = dict(self.waiting)
        for key, problem in opened.items():
            before = waiting.get(key, Waiting(problem=problem))
            waiting[key] = Waiting(problem=problem, openings=before.openings + 1, recoveries=before.recoveries)
        for key, problem in recovered.items():
            before = waiting.get(key, Waiting(problem=problem))
            waiting[key] = before.model_copy(update={"recoveries": before.recoveries + 1, "recovered_at": now})
        return self.model_copy(update={"waiting": waiting})


class AlertState(BaseModel):
    """All that is remembered; bounded, since problems are of a fixed number of checks, jobs, sources and ticks."""

    model_config = ConfigDict(frozen=True)

    version: Literal[1] = 1
    watched_since: datetime
    seen_at: datetime
    open: dict[str, Problem] = {}
    outboxes: dict[str, Outbox] = {}

    def with_outbox(self, receiver: str, outbox: Outbox) -> "AlertState":
        """The same with another outbox of a receiver."""
        return self.model_copy(update={"outboxes": {**self.outboxes, receiver: outbox}})


def new_state(now: datetime) -> AlertState:
    """Nothing observed, nothing sent."""
    return AlertState(watched_since=now, seen_at=now)


def resumed(state: AlertState, now: datetime) -> AlertState:
    """The state at the start of a tick; after an interruption, observation counts as begun now, and never later."""
    since = now if now - state.seen_at > INTERRUPTED else min(state.watched_since, now)
    return state.model_copy(update={"watched_since": since, "seen_at": now})


def updated(
    state: AlertState,
    problems: Iterable[Problem],
    receivers: Collection[str],
    now: datetime,
    not_judged: Collection[str] = (),
) -> AlertState:
    """The state after these problems were found: what opened and what recovered waits for every receiver.

    A problem that stays open keeps its first sentence. Keys that could not be judged stay as they were. For a new
    receiver everything that is open waits; one that is gone is forgotten.
    """
    found = {problem.key: problem for problem in problems}
    kept = {key: problem for key, problem in state.open.items() if key in found or key in not_judged}
    opened = {key: problem for key, problem in found.items() if key not in state.open}
    recovered = {key: problem for key, problem in state.open.items() if key not in kept}
    still_open = kept | opened
    outboxes = {
        receiver: state.outboxes[receiver].changed(opened, recovered, now)
        if receiver in state.outboxes
        else Outbox().changed(still_open, {}, now)
        for receiver in receivers
    }
    return state.model_copy(update={"open": still_open, "outboxes": outboxes})


def read_cursor(cursor: str | None, now: datetime, say: Callable[[str], None]) -> AlertState:
    """The state in a cursor; a new one without a cursor, and, which is said, for one that is damaged.

    From a new state everything that is open is sent once more, and what recovered meanwhile is not sent.
    """
    if not cursor or cursor == NO_STATE:
        return new_state(now)
    try:
        return AlertState.model_validate_json(cursor)
    except ValidationError as error:
        say(
            f"The cursor of the alerts cannot be read ({error.error_count()} faults, {len(cursor)} characters): "
            "it is replaced, and what is open is sent once more."
        )
        return new_state(now)


def write_cursor(state: AlertState) -> str:
    """The state as JSON."""
    return state.model_dump_json(exclude_defaults=True)
