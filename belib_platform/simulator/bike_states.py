"""The state of every bike station at every second."""

from typing import Final, NamedTuple

import numpy as np

from belib_platform.simulator.bike_riders import Ints

BITS: Final = 12
"""Bits of each number in a packed state: mechanical bikes, e-bikes, broken docks, flags."""

MASK: Final = (1 << BITS) - 1


class Deltas(NamedTuple):
    """Changes: station (its index), epoch second, and the signed difference of the packed state."""

    station: Ints
    at: Ints
    difference: Ints


MECHANICAL_BIKE: Final = 1
E_BIKE: Final = 1 << BITS
"""Packed states that differ by one bike differ by these."""


def packed(differences: Ints) -> Ints:
    """States, or signed differences of states, in rows of four, as one number each: all four are added up at once."""
    weights = np.array([1 << BITS * n for n in range(4)])
    return np.asarray(differences @ weights)


class States:
    """One row per station and second at which something changed, ordered by both.

    `mechanical`, `ebike`, `broken` and `flags` are the state from `at` (epoch s) on at `station` (its index).
    """

    def __init__(self, deltas: Deltas, last: int) -> None:
        """The first change of each station is its state at first. Changes at `last` (epoch s) or later are left out."""
        deltas = Deltas(*(column[deltas.at < last] for column in deltas))
        self._first = int(deltas.at.min())
        self._span = last - self._first
        keys = self._key(deltas.station, deltas.at)
        order = np.argsort(keys, kind="stable")
        keys, difference = keys[order], deltas.difference[order]
        # of several changes within one second the last counts
        total, kept = np.cumsum(difference), np.append(np.diff(keys) > 0, True)
        keys, total = keys[kept], total[kept]
        station = keys // (self._span + 1)
        starts = np.flatnonzero(np.diff(station, prepend=-1))
        total -= np.repeat(np.append(0, total[starts[1:] - 1]), np.diff(starts, append=len(keys)))
        is_new = np.append(True, (np.diff(total) != 0) | (np.diff(station) > 0))
        self._keys, self.station, state = keys[is_new], station[is_new], total[is_new]
        self.at = self._keys % (self._span + 1) + self._first
        self.mechanical, self.ebike, self.broken, self.flags = (state >> BITS * n & MASK for n in range(4))
        self._stations = np.arange(len(starts))

    def rows_at(self, seconds: Ints | int) -> Ints:
        """The row of every station at an epoch second, which may differ by station; before the first, its first row."""
        keys = self._key(self._stations, np.maximum(seconds, self._first))
        return np.searchsorted(self._keys, keys, side="right") - 1

    def _key(self, station: Ints, at: Ints) -> Ints:
        return station * (self._span + 1) + (at - self._first)
