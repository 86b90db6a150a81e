"""What time it is for the simulated APIs."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Gives the present (UTC)."""


def real_clock() -> datetime:
    """The present."""
    return datetime.now(UTC)


def shifted_clock(start: datetime) -> Clock:
    """A clock that shows `start` (UTC) now and runs on as real time does."""
    begun = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - begun)


class HandClock:
    """A clock that stands still until it is set by hand."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def advance(self, by: timedelta) -> None:
        """Move on."""
        self.at += by
