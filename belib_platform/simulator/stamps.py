"""The operator's timestamps (`last_updated`): near the status change, from a nightly batch, going backwards, or old."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Final

from belib_platform.simulator.rhythm import PARIS_TIME
from belib_platform.simulator.timeline import Timeline

BATCH_SHARE: Final = 0.9
"""Share of points the nightly batch stamps; later changes leave about half with its stamp."""

DELAY_S: Final = 40
BACKWARDS_SHARE: Final = 1 / 2500
DAY_S: Final = 86400


def draw_stamps(rng: Random, timeline: Timeline, *, is_lasting: bool) -> list[int]:
    """The operator's timestamp (epoch s) of each interval; that of a charge point that never changes is old."""
    start = timeline.starts[0]
    age_s = rng.uniform(100, 900) * DAY_S if is_lasting else rng.expovariate(1 / (5 * 3600))
    return [start - int(age_s), *(_stamp(rng, change) for change in timeline.starts[1:])]


def _stamp(rng: Random, change: int) -> int:
    if rng.random() < BACKWARDS_SHARE:
        return change - rng.randint(3600, 5 * DAY_S)
    return change + rng.randint(0, DELAY_S)


def newest_batch(at: datetime) -> int:
    """Epoch second of the newest nightly batch, a few seconds after 04:30 in Paris."""
    local = at.astimezone(PARIS_TIME)
    day = local.date()
    while True:
        batch = datetime(day.year, day.month, day.day, 4, 30, 1 + day.day % 4, tzinfo=PARIS_TIME)
        if batch <= local:
            return int(batch.timestamp())
        day -= timedelta(days=1)


@lru_cache(maxsize=200_000)
def written(second: int) -> str:
    """An instant in the feed's format: Paris time with its offset at that instant."""
    return datetime.fromtimestamp(second, UTC).astimezone(PARIS_TIME).isoformat()
