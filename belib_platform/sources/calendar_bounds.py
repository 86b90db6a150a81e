"""The instants that are believed to be meant: those that every store and every time zone can hold."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

YEARS: Final = range(2, 9999)
"""Python knows the years 1 to 9999, and no time zone moves an instant of these beyond them."""


def in_utc(read: Callable[[], datetime]) -> datetime | None:
    """The instant that `read` gives, in UTC; None where it raises as unreadable, or gives one outside YEARS.

    A time without zone is taken as of UTC. `read` may raise ValueError, OverflowError or OSError.
    """
    try:
        instant = read()
        utc = instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return utc if utc.year in YEARS else None
