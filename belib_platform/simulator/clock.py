"""Clocks of the simulated APIs."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the current time (UTC)."""


def real_clock() -> datetime:
    """The real time."""
    return datetime.now(UTC)
