"""Clocks of the simulated APIs."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Returns the current time (UTC)."""


def real_clock() -> datetime:
    """The real time."""
    return datetime.now(UTC)


def shifted_clock(start: datetime) -> Clock:
    """A clock that starts at `start` (UTC) and runs at normal speed."""
    begun = time.monotonic()
    return lambda: start + timedelta(seconds=time.monotonic() - begun)


class HandClock:
    """A clock that changes only by calls."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def advance(self, by: timedelta) -> None:
        """Move the clock forward."""
        self.at += by
