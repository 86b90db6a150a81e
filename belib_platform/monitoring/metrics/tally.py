"""Polls counted since the first, as Prometheus wants a counter: it never goes down while the process lives."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from belib_platform.monitoring.metrics.observation import Outcomes

Between = Callable[[int, int, int], Sequence[dict[str, Any]]]
"""Attempts later than one instant up to another, oldest first, at most so many; instants in epoch milliseconds."""

AT_ONCE = 20_000
"""Attempts read together, two months at five minutes."""

READS = 3
"""Of so many attempts in one look; a longer ledger takes several looks, and until then nothing is counted."""

BEGUN = "asking"
"""The outcome of an attempt that has not ended; after a day it never will."""


class Tally:
    """What was counted so far: attempts that are settled are read once, the last day's at each look."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._settled: Counter[tuple[str, str]] = Counter()
        self._read_until = 0
        self._told: dict[tuple[str, str], int] = {}

    def counted(self, between: Between, *, settled_before: int, lately: Sequence[dict[str, Any]]) -> Outcomes | None:
        """Polls by source and outcome, never fewer than told before; None until the ledger was read to its end.

        `lately` are all attempts since `settled_before` and, at will, some before.
        """
        if not self._settle(between, settled_before):
            return None
        unsettled = (attempt for attempt in lately if attempt["fetched_at_ms"] > self._read_until)
        recent = [attempt for attempt in unsettled if attempt["outcome"] != BEGUN]
        for key, count in (self._settled + _by_outcome(recent)).items():
            self._told[key] = max(count, self._told.get(key, 0))
        return dict(self._told)

    def _settle(self, between: Between, until: int) -> bool:
        for _ in range(READS):
            attempts = between(self._read_until, until, self._at_once)
            if len(attempts) < self._at_once:
                self._settled += _by_outcome(attempts)
                # not `until`: what is noted after the clock was ahead for one look would never be read
                self._read_until = max((attempt["fetched_at_ms"] for attempt in attempts), default=self._read_until)
                return True
            # others of the last instant may not be among those read
            last = attempts[-1]["fetched_at_ms"] - 1
            self._settled += _by_outcome([attempt for attempt in attempts if attempt["fetched_at_ms"] <= last])
            self._read_until = last
        return False


def _by_outcome(attempts: Sequence[dict[str, Any]]) -> Counter[tuple[str, str]]:
    """Of those that asked a source; an import asked nobody."""
    return Counter((poll["source"], poll["outcome"]) for poll in attempts if poll.get("origin") == "poll")
