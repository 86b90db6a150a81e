"""Polls counted since the first, as Prometheus wants a counter: it never goes down while the process lives."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from belib_platform.monitoring.observation import PollCounts

Attempts = Callable[[int, int, int], Sequence[dict[str, Any]]]
"""Attempts later than one instant up to another, oldest first, at most so many; instants in epoch milliseconds."""

AT_ONCE = 20_000
"""Attempts read together, two months at five minutes."""

READS = 3
"""Of so many attempts in one observation; a longer ledger takes several, and until then there is no count."""

BEGUN = "asking"
"""The outcome of an attempt that has not ended; after a day it never will."""


class PollCounter:
    """Reads attempts that are settled once, and those of the last day at each count."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._settled: Counter[tuple[str, str]] = Counter()
        self._read_until = 0
        self._counted: dict[tuple[str, str], int] = {}

    def count(self, attempts: Attempts, settled_before: int, recent: Sequence[dict[str, Any]]) -> PollCounts | None:
        """Polls by source and outcome, never fewer than counted before; None until the ledger was read to its end.

        `recent` are all attempts since `settled_before` and perhaps some before.
        """
        if not self._settle(attempts, settled_before):
            return None
        ended = [a for a in recent if a["fetched_at_ms"] > self._read_until and a["outcome"] != BEGUN]
        for key, count in (self._settled + polls_by_outcome(ended)).items():
            self._counted[key] = max(count, self._counted.get(key, 0))
        return dict(self._counted)

    def _settle(self, attempts: Attempts, until: int) -> bool:
        for _ in range(READS):
            read = attempts(self._read_until, until, self._at_once)
            if len(read) < self._at_once:
                self._settled += polls_by_outcome(read)
                # not `until`: attempts written after the clock was ahead for one observation would never be read
                self._read_until = max((attempt["fetched_at_ms"] for attempt in read), default=self._read_until)
                return True
            # others of the last instant may not be among those read
            last = read[-1]["fetched_at_ms"] - 1
            self._settled += polls_by_outcome(attempt for attempt in read if attempt["fetched_at_ms"] <= last)
            self._read_until = last
        return False


def polls_by_outcome(attempts: Iterable[dict[str, Any]]) -> Counter[tuple[str, str]]:
    """Number of attempts by source and outcome, without imports, which ask no source."""
    return Counter((attempt["source"], attempt["outcome"]) for attempt in attempts if attempt.get("origin") == "poll")
