"""The state of every bike station at every second."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from belib_platform.simulator.bike_riders import Ints

FIELDS: Final = 4
"""Mechanical bikes, e-bikes, broken docks, flags."""


class Deltas(NamedTuple):
    """Changes: station (its index), epoch second, and signed differences of the `FIELDS` (one row each)."""

    station: Ints
    at: Ints
    differences: NDArray[np.int64]


class States:
    """One row per station and second at which something changed, ordered by both."""

    def __init__(self, deltas: Deltas, last: int) -> None:
        """The first change of each station is its state at first. Changes at `last` (epoch s) or later are left out."""
        deltas = Deltas(*(column[deltas.at < last] for column in deltas))
        self._first = int(deltas.at.min())
        self._span = last - self._first
        order = np.argsort(self._key(deltas.station, deltas.at), kind="stable")
        station, at = deltas.station[order], deltas.at[order]
        total = np.cumsum(deltas.differences[order], axis=0)
        starts = np.flatnonzero(np.diff(station, prepend=-1))
        before = np.concatenate([np.zeros((1, FIELDS), total.dtype), total[starts[1:] - 1]])
        total -= np.repeat(before, np.diff(starts, append=len(station)), axis=0)
        # of several changes within one second the last counts, unless it restores what was before
        kept = np.append(np.diff(self._key(station, at)) > 0, True)
        station, at, total = station[kept], at[kept], total[kept]
        new = np.append(True, (np.diff(total, axis=0) != 0).any(axis=1) | (np.diff(station) > 0))
        self.station, self.at, self._rows = station[new], at[new], total[new].astype(np.int32)
        self._keys = self._key(self.station, self.at)
        self._stations = np.arange(len(starts))

    @property
    def mechanical(self) -> NDArray[np.int32]:
        """Mechanical bikes of each row."""
        return self._rows[:, 0]

    @property
    def ebike(self) -> NDArray[np.int32]:
        """E-bikes of each row."""
        return self._rows[:, 1]

    @property
    def broken(self) -> NDArray[np.int32]:
        """Broken docks of each row."""
        return self._rows[:, 2]

    @property
    def flags(self) -> NDArray[np.int32]:
        """Flags of each row."""
        return self._rows[:, 3]

    def rows_at(self, seconds: Ints | int) -> Ints:
        """The row of every station at an epoch second, which may be one for each; before the first, its first row."""
        keys = self._key(self._stations, np.maximum(seconds, self._first))
        return np.searchsorted(self._keys, keys, side="right") - 1

    def _key(self, station: Ints, at: Ints) -> Ints:
        return station * (self._span + 1) + (at - self._first)
