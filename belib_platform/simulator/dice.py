"""Reproducible random numbers."""

from random import Random

import numpy as np


def dice(seed: int, *names: object) -> Random:
    """A separate random generator for each combination of names, so that using one does not affect others."""
    return Random("/".join(map(str, (seed, *names))))


def array_dice(seed: int, *names: object) -> np.random.Generator:
    """As `dice`, for whole arrays of random numbers."""
    return np.random.default_rng(dice(seed, *names).getrandbits(128))
