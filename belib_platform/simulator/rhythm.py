"""Occupancy of charge points by hour of the local week, and the arrival rates that produce it."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

PARIS_TIME: Final = ZoneInfo("Europe/Paris")
HOUR_S: Final = 3600
WEEK_HOURS: Final = 168

WEEKDAY: Final = {0: 0.37, 4: 0.36, 7: 0.34, 10: 0.35, 13: 0.37, 17: 0.34, 21: 0.37, 24: 0.37}
WEEKEND: Final = {0: 0.37, 4: 0.34, 7: 0.28, 10: 0.25, 14: 0.32, 17: 0.35, 21: 0.37, 24: 0.37}
"""Charging ÷ (available + charging) by local hour. 10 h and 17 h were measured in 36 polls of 2023, others assumed."""


def interpolated(anchors: dict[int, float], hour: float) -> float:
    """The value at an hour (0 or more, before 24), linear between the anchors' hours, which are 0 to 24."""
    before = max(h for h in anchors if h <= hour)
    after = min(h for h in anchors if h > hour)
    return anchors[before] + (anchors[after] - anchors[before]) * (hour - before) / (after - before)


OCCUPANCY: Final = tuple(interpolated(WEEKDAY if hour < 5 * 24 else WEEKEND, hour % 24) for hour in range(WEEK_HOURS))
"""Occupancy at the start of each hour of the local week; hour 0 is Monday 0 h."""


def hour_of_week(first: int, last: int) -> list[int]:
    """The hour of the week in Paris (0–167) of each UTC hour from `first` to `last` (epoch s, full hours).

    The offset of Paris is a full number of hours, so that each UTC hour is one local hour even when clocks change.
    """
    local = (datetime.fromtimestamp(s, UTC).astimezone(PARIS_TIME) for s in range(first, last, HOUR_S))
    return [at.weekday() * 24 + at.hour for at in local]


@lru_cache(maxsize=64)
def arrival_rates(popularity: float, session_s: float) -> tuple[float, ...]:
    """Arrivals per second at an available charge point, by hour of the week, for an occupancy `popularity` × OCCUPANCY.

    With sessions of mean length `session_s`, the occupancy p follows dp/dt = rate × (1 − p) − p ÷ session_s.
    """
    rates = []
    for hour, begin in enumerate(OCCUPANCY):
        end = OCCUPANCY[(hour + 1) % WEEK_HOURS]
        share = popularity * (begin + end) / 2
        slope = popularity * (end - begin) / HOUR_S
        rates.append(max(0.0, (slope + share / session_s) / (1 - share)))
    return tuple(rates)
