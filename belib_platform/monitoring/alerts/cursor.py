"""The book as a sensor's cursor: JSON, and a damaged one costs a repeated message, never a sensor that stands still."""

from collections.abc import Callable
from datetime import datetime

from pydantic import ValidationError

from belib_platform.monitoring.alerts.book import Book, new_book

NO_BOOK = "null"
"""The cursor where nothing is remembered: Dagster keeps the one before instead of an empty one."""


def read_cursor(cursor: str | None, now: datetime, say: Callable[[str], None]) -> Book:
    """The book; a new one where there is none, and where the cursor is damaged or of another version, which is said.

    With a new book all that is open is told once more, and what recovered meanwhile is not told.
    """
    if not cursor or cursor == NO_BOOK:
        return new_book(now)
    try:
        return Book.model_validate_json(cursor)
    except ValidationError as error:
        say(
            f"The cursor of the alerts cannot be read ({error.error_count()} faults, {len(cursor)} characters): "
            "it is begun anew, and what is open is told once more."
        )
        return new_book(now)


def write_cursor(book: Book) -> str:
    """The book as JSON."""
    return book.model_dump_json(exclude_defaults=True)
