"""Telling what waits: one message per receiver, noted as told only after it was delivered."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Literal

from belib_platform.monitoring.alerts.book import Book
from belib_platform.monitoring.alerts.message import Message, message
from belib_platform.receivers import Receiver

BUDGET = timedelta(seconds=20)
"""No delivery is begun later than this after the first, so that a tick ends before Dagster gives it up (60 s)."""

Outcome = Literal["delivered", "not delivered", "timed out"]
Send = Callable[[Receiver, Message], Outcome]
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The instant it is, UTC."""
    return datetime.now(UTC)


def told(
    book: Book, receivers: Iterable[Receiver], ui_url: str, send: Send, say: Callable[[str], None], clock: Clock
) -> Book:
    """The book after each receiver for whom something waits was sent its message.

    One that does not take it keeps what waits and is left alone for a while; whoever comes after the budget is spent
    waits for the next tick.
    """
    begun = clock()
    for receiver in receivers:
        outbox = book.outboxes[receiver.id]
        if not outbox.is_due(begun) or clock() - begun > BUDGET:
            continue
        text = message(outbox.waiting.values(), ui_url)
        outcome = send(receiver, text)
        book = book.delivered(receiver.id) if outcome == "delivered" else book.refused(receiver.id, clock())
        say(f"{receiver.label}: {outcome}: {text.title}")
    return book
