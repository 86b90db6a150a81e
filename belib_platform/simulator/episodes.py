"""Periods of trouble: random intervals that do not overlap."""

from random import Random


def episodes(rng: Random, rate: float, length_s: float, first: int, last: int) -> list[tuple[int, int]]:
    """Half-open intervals (start, end) in epoch seconds that do not overlap; the last may end after the range.

    `rate` is per second, `length_s` the mean length beyond a minute.
    """
    drawn = []
    at = first + int(rng.expovariate(rate))
    while at < last:
        end = at + 60 + int(rng.expovariate(1 / length_s))
        drawn.append((at, end))
        at = end + int(rng.expovariate(rate))
    return drawn
