"""Reproducible random numbers."""

from random import Random


def dice(seed: int, *names: object) -> Random:
    """A separate random generator for each combination of names, so that using one does not affect others."""
    return Random("/".join(map(str, (seed, *names))))
