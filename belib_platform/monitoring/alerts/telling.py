"""One tick of the alerts, from the cursor to the cursor: look, remember, tell."""

from collections.abc import Callable, Sequence
from datetime import datetime

from belib_platform.monitoring.alerts.book import Book, new_book, observed, watched
from belib_platform.monitoring.alerts.cursor import read_cursor, write_cursor
from belib_platform.monitoring.alerts.delivery import Clock, Send, told
from belib_platform.monitoring.alerts.message import Message, message
from belib_platform.monitoring.alerts.observing import Seen
from belib_platform.receivers import Receiver

Observe = Callable[[Book], Seen]


def tick(
    cursor: str | None,
    receivers: Sequence[Receiver],
    observe: Observe,
    ui_url: str,
    send: Send,
    say: Callable[[str], None],
    clock: Clock,
) -> str:
    """The next cursor, after what opened or recovered was told; it is to be kept whatever came of the deliveries."""
    now = clock()
    book = watched(read_cursor(cursor, now, say), now)
    seen = observe(book)
    book = observed(book, seen.problems, [receiver.id for receiver in receivers], now, seen.unjudged)
    return write_cursor(told(book, receivers, ui_url, send, say, clock))


def preview(book: Book | None, seen: Seen, ui_url: str, now: datetime) -> tuple[Message | None, Book]:
    """What a receiver who has been told all so far would be told now, if anything, and the book after that."""
    book = watched(book or new_book(now), now)
    book = observed(book, seen.problems, ["preview"], now, seen.unjudged)
    waiting = book.outboxes["preview"].waiting.values()
    return (message(waiting, ui_url) if waiting else None), book.delivered("preview")
