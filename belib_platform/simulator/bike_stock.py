"""What riders find at each bike station, and the log of everything that changes it apart from their trips."""

from dataclasses import dataclass, field
from typing import Final, NamedTuple, Self

import numpy as np

from belib_platform.simulator.bike_city import BikeStation
from belib_platform.simulator.bike_closures import OPEN
from belib_platform.simulator.dice import array_dice

BROKEN_DOCKS: Final = (0.65, 0.22, 0.08, 0.03, 0.02)
"""Shares of stations with 0, 1, 2, 3 and 4 broken docks."""

FILL: Final = (1.3, 2.1)
"""Parameters of the beta distribution of bikes per working dock at first."""

FILL_BY_TIDE: Final = {-1: 0.15, 0: 0.0, 1: -0.12}
"""What homes and offices have more or less in the night."""

MECHANICAL_SHARE: Final = 0.57


class Cargo(NamedTuple):
    """Bikes of both kinds."""

    mechanical: int
    ebike: int

    @property
    def total(self) -> int:
        """Bikes of either kind."""
        return self.mechanical + self.ebike


class Change(NamedTuple):
    """What changes at a station (its index) at an epoch second: signed numbers of bikes and broken docks, and flags.

    `flags` is the signed difference of the flags' numbers.
    """

    station: int
    at: int
    mechanical: int = 0
    ebike: int = 0
    broken: int = 0
    flags: int = 0


@dataclass
class Stock:
    """Bikes and free docks that can be used now, by index of the station: none at closed and dead stations."""

    capacity: list[int]
    mechanical: list[int]
    ebike: list[int]
    docks: list[int]
    broken: list[int]
    changes: list[Change]
    """The state at first as changes from nothing; then all others."""
    held: dict[int, Cargo] = field(default_factory=dict)
    """Bikes of closed stations, which nobody can use."""

    @classmethod
    def draw(cls, seed: int, stations: list[BikeStation], first: int) -> Self:
        """The stock at an epoch second, with all stations open; deterministic by seed."""
        rng = array_dice(seed, "bikes at first")
        capacity = np.array([s.capacity for s in stations])
        broken = rng.choice(len(BROKEN_DOCKS), len(stations), p=BROKEN_DOCKS)
        fill = rng.beta(*FILL, len(stations)) + np.array([FILL_BY_TIDE[s.tide] for s in stations])
        bikes = (np.clip(fill, 0, 1) * (capacity - broken)).astype(int)
        mechanical = rng.binomial(bikes, MECHANICAL_SHARE)
        at_first = zip(mechanical.tolist(), (bikes - mechanical).tolist(), broken.tolist(), strict=True)
        return cls(
            capacity=capacity.tolist(),
            mechanical=mechanical.tolist(),
            ebike=(bikes - mechanical).tolist(),
            docks=(capacity - broken - bikes).tolist(),
            broken=broken.tolist(),
            changes=[Change(i, first, *counts, OPEN) for i, counts in enumerate(at_first)],
        )

    def bikes(self, station: int) -> int:
        """Bikes that can be used."""
        return self.mechanical[station] + self.ebike[station]

    def add(self, station: int, at: int, cargo: Cargo) -> None:
        """Put bikes into free docks, or with negative numbers take them."""
        self.mechanical[station] += cargo.mechanical
        self.ebike[station] += cargo.ebike
        self.docks[station] -= cargo.total
        self.changes.append(Change(station, at, cargo.mechanical, cargo.ebike))

    def damage(self, station: int, at: int, docks: int) -> None:
        """Break free docks, or with a negative number repair broken ones."""
        self.broken[station] += docks
        self.docks[station] -= docks
        self.changes.append(Change(station, at, broken=docks))

    def close(self, station: int, at: int, flags: int) -> None:
        """Nobody can use the bikes and docks of an open station any more."""
        self.held[station] = Cargo(self.mechanical[station], self.ebike[station])
        self.mechanical[station] = self.ebike[station] = self.docks[station] = 0
        self.changes.append(Change(station, at, flags=flags - OPEN))

    def reopen(self, station: int, at: int, flags: int) -> None:
        """Open a station that was closed with these flags."""
        self.mechanical[station], self.ebike[station] = held = self.held.pop(station)
        self.docks[station] = self.capacity[station] - self.broken[station] - held.total
        self.changes.append(Change(station, at, flags=OPEN - flags))
