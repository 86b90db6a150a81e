"""Intervals of means by bootstrap: units are drawn with replacement, and quantiles of the means are the bounds.

The quantiles are those of the expanded percentile interval, since those of 2.5 % and 97.5 % are too narrow for few
units (T. Hesterberg, The American Statistician 69, 2015, section 5.2).
"""

from functools import lru_cache
from math import sqrt
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEAST_UNITS = 10
"""Fewer units give no interval: a bootstrap of so few is too narrow."""

LEVEL = 0.95

DRAWS, SEED = 2000, 1


def interval(sums: NDArray[Any], counts: NDArray[Any]) -> tuple[float, float] | tuple[None, None]:
    """The 95 % interval of the sum of `sums` ÷ the sum of `counts`, whose entries belong to units such as dates.

    Both are None for fewer than ten units. The same numbers give the same bounds: the draws are the same each time.
    """
    units = len(sums)
    if units < LEAST_UNITS:
        return None, None
    weights = _weights(units)
    low, high = map(float, np.quantile((weights @ sums) / (weights @ counts), _quantiles(units)))
    return low, high


@lru_cache(maxsize=4)
def _weights(units: int) -> NDArray[Any]:
    """How often each unit is drawn, in rows of draws; many means in turn are of as many units."""
    return np.random.default_rng(SEED).multinomial(units, [1 / units] * units, DRAWS)


def _quantiles(units: int) -> tuple[float, float]:
    """Of the expanded percentile interval: a normal distribution's where it is as wide as Student's t asks."""
    z, df = NormalDist().inv_cdf((1 + LEVEL) / 2), units - 1
    # quantile of Student's t from the normal one (Abramowitz and Stegun, 26.7.5)
    t = z + (z**3 + z) / (4 * df) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * df**2)
    tail = NormalDist().cdf(-t * sqrt(units / df))
    return tail, 1 - tail
