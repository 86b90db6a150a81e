"""Riders meet the stock: who finds a bike, and where a dock is free."""

import numpy as np

from belib_platform.simulator.bike_riders import Floats, Ints, Riders
from belib_platform.simulator.bike_stock import Stock

GAVE_UP, UNDER_WAY, ARRIVED = 0, 1, 2

NEIGHBOURS = 20
"""Stations where a rider looks for a free dock, before going to any."""


class Rides:
    """The trips of riders, made up to a second; `outcome` and `destination` are those of each rider."""

    def __init__(self, riders: Riders, stock: Stock, distance_km: Floats) -> None:
        self.outcome = bytearray(len(riders.origin))
        self.destination = riders.destination.copy()
        self._stock = stock
        self._nearest = np.argsort(distance_km, axis=1)[:, 1 : NEIGHBOURS + 1]
        count = len(riders.origin)
        at = np.concatenate([riders.departs_at, riders.arrives_at])
        order = np.argsort(at, kind="stable")
        self._at: Ints = at[order]
        self._rider: Ints = order % max(1, count)
        self._station = np.concatenate([riders.origin, riders.destination])[order]
        # 0 and 1 take a mechanical bike and an e-bike, 2 and 3 bring one
        self._act = (np.tile(riders.is_ebike, 2) + 2 * (np.arange(2 * count) >= count))[order]
        self._done = 0

    def go_on(self, until: int) -> None:
        """Let everything happen that is before an epoch second."""
        stop = int(np.searchsorted(self._at, until))
        begun = slice(self._done, stop)
        self._done = stop
        outcome, docks, bikes = self.outcome, self._stock.docks, (self._stock.mechanical, self._stock.ebike)
        for rider, station, act in zip(
            self._rider[begun].tolist(), self._station[begun].tolist(), self._act[begun].tolist(), strict=True
        ):
            if act < 2:
                stock = bikes[act]
                if stock[station]:
                    stock[station] -= 1
                    docks[station] += 1
                    outcome[rider] = UNDER_WAY
            elif outcome[rider]:
                if not docks[station]:
                    found = self._other(station)
                    if found is None:
                        continue
                    self.destination[rider] = station = found
                bikes[act - 2][station] += 1
                docks[station] -= 1
                outcome[rider] = ARRIVED

    def _other(self, station: int) -> int | None:
        docks = self._stock.docks
        near = next((s for s in self._nearest[station].tolist() if docks[s]), None)
        return near if near is not None else next((s for s, free in enumerate(docks) if free), None)
