"""A clock of the simulated APIs for tests."""

from datetime import datetime, timedelta


class HandClock:
    """A clock that changes only by calls."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def advance(self, by: timedelta) -> None:
        """Move the clock forward."""
        self.at += by
