"""Chance that can be repeated."""

from random import Random


def dice(seed: int, *names: object) -> Random:
    """Random numbers of its own for each thing named, so that drawing one never changes another."""
    return Random("/".join(map(str, (seed, *names))))
