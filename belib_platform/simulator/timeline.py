"""The true status of a charge point over time, in seconds."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Timeline:
    """OCPI `statuses[i]` is valid from `starts[i]` (epoch s) until the next start; adjacent statuses differ."""

    starts: list[int]
    statuses: list[str]

    @classmethod
    def of(cls, changes: Sequence[tuple[int, str]]) -> Self:
        """The timeline of (start, status) pairs in chronological order; repetitions of a status are merged."""
        kept = [c for i, c in enumerate(changes) if i == 0 or changes[i - 1][1] != c[1]]
        return cls([start for start, _ in kept], [status for _, status in kept])

    def at(self, second: int) -> str:
        """Status at an instant (epoch s), which must not be before the first start."""
        return self.statuses[bisect_right(self.starts, second) - 1]

    def covered(self, gaps: Sequence[tuple[int, int]], status: str) -> "Timeline":
        """The timeline with `status` in each of the half-open gaps (epoch s), which may overlap."""
        if not gaps:
            return self
        first = self.starts[0]
        bounds = sorted({*self.starts, *(bound for gap in gaps for bound in gap if bound > first)})
        return Timeline.of([(b, status if any(lo <= b < hi for lo, hi in gaps) else self.at(b)) for b in bounds])
