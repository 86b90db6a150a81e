"""Open alerts, by what the sensors that tell them remember."""

from collections import Counter
from collections.abc import Mapping

from pydantic import ValidationError

from belib_platform.monitoring.alerts.book import Book

TELLING = ("alert_sensor", "alert_watch_sensor")
"""The sensors that keep a book."""

KINDS = ("check", "clock", "job", "stale", "schedule", "sensor")


def alerts_open(cursors: Mapping[str, str | None]) -> Mapping[str, int] | None:
    """How many are open of each kind, by the sensors' cursors; None where no sensor keeps a book."""
    books = [book for name in TELLING if (book := _book(cursors.get(name)))]
    if not books:
        return None
    opened = Counter(key.partition("/")[0] for book in books for key in book.open)
    return {kind: opened[kind] for kind in sorted({*KINDS, *opened})}


def _book(cursor: str | None) -> Book | None:
    """None for `null`, which is written where nobody is to be told, and for what cannot be read."""
    try:
        return Book.model_validate_json(cursor or "null")
    except ValidationError:
        return None
