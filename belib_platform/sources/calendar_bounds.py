"""The instants that are accepted: those that every store and every time zone can represent."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

YEARS: Final = range(2, 9999)
"""Python supports the years 1 to 9999; no time zone moves an instant of these years out of that range."""


def in_utc(read: Callable[[], datetime]) -> datetime | None:
    """The instant that `read` returns, in UTC; None if it raises or the instant is outside YEARS.

    A time without a zone is read as UTC. `read` may raise ValueError, OverflowError or OSError.
    """
    try:
        instant = read()
        utc = instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return utc if utc.year in YEARS else None
