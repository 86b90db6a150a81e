"""One tick of the alerts, from cursor to cursor: find problems, remember them, send messages."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from belib_platform.monitoring.alerts.message import Message, Origin, Outcome, message
from belib_platform.monitoring.alerts.problems import Found
from belib_platform.monitoring.alerts.state import (
    AlertState,
    Outbox,
    new_state,
    read_cursor,
    resumed,
    updated,
    write_cursor,
)
from belib_platform.receivers import Receiver

BUDGET = timedelta(seconds=20)
"""No delivery is begun later than this after the first, so that a tick ends before Dagster gives it up (60 s)."""

Send = Callable[[Receiver, Message], Outcome]
Clock = Callable[[], datetime]
Find = Callable[[AlertState], Found]
"""Finds the problems there are, given since when somebody observes."""


def tick(
    cursor: str | None,
    receivers: Sequence[Receiver],
    find: Find,
    origin: Origin,
    send: Send,
    say: Callable[[str], None],
    clock: Clock,
) -> str:
    """The next cursor, after what opened or recovered was sent; it is to be kept whatever came of the deliveries."""
    now = clock()
    state = resumed(read_cursor(cursor, now, say), now)
    found = find(state)
    state = updated(state, found.problems, [receiver.id for receiver in receivers], now, found.not_judged)
    return write_cursor(delivered(state, receivers, origin, send, say, clock))


def delivered(
    state: AlertState,
    receivers: Iterable[Receiver],
    origin: Origin,
    send: Send,
    say: Callable[[str], None],
    clock: Clock,
) -> AlertState:
    """The state after each receiver for whom something waits was sent one message.

    It counts as sent only when it was delivered. A receiver whose delivery failed is tried again later; those whose
    turn comes after the budget is spent wait for the next tick.
    """
    begun = clock()
    for receiver in receivers:
        outbox = state.outboxes[receiver.id]
        if not outbox.is_due(begun) or clock() - begun > BUDGET:
            continue
        text = message(outbox.waiting.values(), origin)
        outcome = send(receiver, text)
        state = state.with_outbox(receiver.id, Outbox() if outcome == "delivered" else outbox.failed(clock()))
        say(f"{receiver.label}: {outcome}: {text.title}")
    return state


def preview(state: AlertState | None, found: Found, origin: Origin, now: datetime) -> tuple[Message | None, AlertState]:
    """The message for a receiver to whom everything so far was delivered, if any, and the state after it."""
    state = resumed(state or new_state(now), now)
    state = updated(state, found.problems, ["preview"], now, found.not_judged)
    waiting = state.outboxes["preview"].waiting.values()
    return (message(waiting, origin) if waiting else None), state.with_outbox("preview", Outbox())
