"""Riders meet the stock: who finds a bike, and where a dock is free."""

from typing import Final

import numpy as np

from belib_platform.simulator.bike_riders import Floats, Riders
from belib_platform.simulator.bike_stock import Stock

GAVE_UP: Final = 0
UNDER_WAY: Final = 1
ARRIVED: Final = 2

NEIGHBOURS: Final = 20
"""Stations where a rider looks for a free dock, before going to any."""


class Rides:
    """The trips of riders, made up to a second; `outcome` and `destination` are those of each rider."""

    def __init__(self, riders: Riders, stock: Stock, distance_km: Floats) -> None:
        self.outcome = bytearray(len(riders.origin))
        self.destination = riders.destination.copy()
        self._riders, self._stock = riders, stock
        self._nearest = np.argsort(distance_km, axis=1)[:, 1 : NEIGHBOURS + 1]
        # departures of all riders, then their arrivals
        self._at = np.concatenate([riders.departs_at, riders.arrives_at])
        self._order = np.argsort(self._at, kind="stable")
        self._done = 0

    def go_on(self, until: int) -> None:
        """Let everything happen that is before an epoch second."""
        stop = int(np.searchsorted(self._at, until, sorter=self._order))
        begun = self._order[self._done : stop]
        self._done = stop
        riders, count = self._riders, len(self._riders.origin)
        rider, arrives = begun % max(1, count), begun >= count
        station = np.where(arrives, riders.destination[rider], riders.origin[rider])
        self._act(rider.tolist(), station.tolist(), arrives.tolist(), riders.is_ebike[rider].tolist())

    def _act(self, riders: list[int], stations: list[int], arrives: list[bool], is_ebike: list[bool]) -> None:
        outcome, docks, mechanical, ebikes = self.outcome, self._stock.docks, self._stock.mechanical, self._stock.ebike
        for rider, station, arrival, wants_ebike in zip(riders, stations, arrives, is_ebike, strict=True):
            bikes = ebikes if wants_ebike else mechanical
            if not arrival:
                if bikes[station]:
                    bikes[station] -= 1
                    docks[station] += 1
                    outcome[rider] = UNDER_WAY
            elif outcome[rider]:
                end = station if docks[station] else self._other(station)
                if end is not None:
                    bikes[end] += 1
                    docks[end] -= 1
                    outcome[rider] = ARRIVED
                    if end != station:
                        self.destination[rider] = end

    def _other(self, station: int) -> int | None:
        docks = self._stock.docks
        near = next((s for s in self._nearest[station].tolist() if docks[s]), None)
        return near if near is not None else next((s for s, free in enumerate(docks) if free), None)
