"""The state of every bike station at every second."""

from typing import Final, NamedTuple

import numpy as np

from belib_platform.simulator.bike_riders import Ints

BITS: Final = 8
"""Bits of each number in a packed state: mechanical bikes, e-bikes, broken docks, flags."""

MECHANICAL_BIKE: Final = 1
E_BIKE: Final = 1 << BITS
"""Packed states that differ by one bike differ by these."""


def packed(differences: Ints) -> Ints:
    """States, or signed differences of states, in rows of four, as one number each: all four are added up at once."""
    return np.asarray(differences @ [1 << BITS * n for n in range(4)])


class Changes(NamedTuple):
    """Stations (their indices), epoch seconds, and signed differences of the packed states."""

    station: Ints
    at: Ints
    difference: Ints


class Counts(NamedTuple):
    """Mechanical bikes, e-bikes, broken docks and flags of several states."""

    mechanical: Ints
    ebike: Ints
    broken: Ints
    flags: Ints


class States:
    """One row per station and second at which something changed, ordered by both."""

    def __init__(self, changes: list[Changes], first: int, last: int) -> None:
        """The first change of each station is its state at first. Changes outside the range (epoch s) are left out."""
        self._first, self._span = first, last - first
        inside = [(change.at >= first) & (change.at < last) for change in changes]
        keys = np.concatenate([self._key(c.station[i], c.at[i]) for c, i in zip(changes, inside, strict=True)])
        differences = np.concatenate([c.difference[i] for c, i in zip(changes, inside, strict=True)])
        order = np.argsort(keys, kind="stable")
        keys, total = keys[order], np.cumsum(differences[order])
        # of several changes within one second the last counts
        kept = np.append(np.diff(keys) > 0, True)
        keys, total = keys[kept], total[kept]
        station = keys // self._span
        starts = np.flatnonzero(np.diff(station, prepend=-1))
        total -= np.repeat(np.append(0, total[starts[1:] - 1]), np.diff(starts, append=len(keys)))
        is_new = np.append(True, (np.diff(total) != 0) | (np.diff(station) > 0))
        self._keys, self._packed = keys[is_new], total[is_new].astype(np.int32)
        self._stations = np.arange(len(starts))

    def __len__(self) -> int:
        return len(self._keys)

    def rows_at(self, seconds: Ints | int) -> Ints:
        """The row of every station at an epoch second, which may differ by station; before the first, its first row."""
        keys = self._key(self._stations, np.maximum(seconds, self._first))
        return np.searchsorted(self._keys, keys, side="right") - 1

    def stations(self, rows: Ints | slice) -> Ints:
        """The stations (their indices) of rows."""
        return np.asarray(self._keys[rows] // self._span)

    def at(self, rows: Ints | slice) -> Ints:
        """From when on (epoch s) rows are the state of their stations."""
        return np.asarray(self._keys[rows] % self._span + self._first)

    def counts(self, rows: Ints | slice) -> Counts:
        """What rows say."""
        packed_rows = self._packed[rows]
        return Counts(*(packed_rows >> BITS * n & ((1 << BITS) - 1) for n in range(4)))

    def _key(self, station: Ints, at: Ints) -> Ints:
        return station.astype(np.int64) * self._span + (at - self._first)
