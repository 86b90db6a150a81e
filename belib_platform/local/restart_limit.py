"""Limit how often a server or program is started again."""

import time
from collections import defaultdict, deque
from pathlib import Path

from belib_platform.local.errors import StoresError
from belib_platform.local.server import last_lines

MOST = 5
WITHIN_S = 60.0


class RestartLimit:
    """Counts ends by name: what ends five times within a minute must not be started again."""

    def __init__(self) -> None:
        self._ended_at: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=MOST))

    def count(self, name: str, log: Path) -> None:
        """Count one end. Raises StoresError at the fifth within a minute."""
        ended_at = self._ended_at[name]
        ended_at.append(time.monotonic())
        if len(ended_at) == MOST and ended_at[-1] - ended_at[0] < WITHIN_S:
            raise StoresError(
                f"{name} ended {MOST} times within a minute and is not started again. Its log, {log}, ends:\n"
                f"{last_lines(log)}"
            )
