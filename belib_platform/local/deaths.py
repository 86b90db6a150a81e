"""How often what is started again may die."""

import time
from collections import defaultdict, deque
from pathlib import Path

from belib_platform.local.errors import StoresError
from belib_platform.local.server import last_lines

MOST = 5
WITHIN_S = 60.0


class Deaths:
    """Deaths by name: what dies five times within a minute is not started again."""

    def __init__(self) -> None:
        self._died_at: defaultdict[str, deque[float]] = defaultdict(lambda: deque(maxlen=MOST))

    def count(self, name: str, log: Path) -> None:
        """Count a death. Raises StoresError at the fifth within a minute."""
        died_at = self._died_at[name]
        died_at.append(time.monotonic())
        if len(died_at) == MOST and died_at[-1] - died_at[0] < WITHIN_S:
            raise StoresError(
                f"{name} ended {MOST} times within a minute and is not started again. Its log, {log}, ends:\n"
                f"{last_lines(log)}"
            )
