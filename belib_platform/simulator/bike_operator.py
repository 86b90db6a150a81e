"""The operator of the bikes: trucks that move them, closures, docks that break and are repaired."""

from collections.abc import Callable, Iterator
from functools import partial
from heapq import heappop, heappush
from random import Random
from typing import Final, NamedTuple

from belib_platform.simulator.behaviour import Span
from belib_platform.simulator.bike_closures import Closure, DeadStation
from belib_platform.simulator.bike_stock import Cargo, Stock
from belib_platform.simulator.dice import dice
from belib_platform.simulator.rhythm import HOUR_S

TRUCKS_PER_STATION_S: Final = 1 / (3 * 86400)
"""Departures of trucks per second and station by day; a fifth of it by night."""

WORKING_HOURS: Final = range(6, 22)
NIGHT_FACTOR: Final = 0.2

FULL: Final = 0.15
EMPTY: Final = 0.15
"""A station is full if at most this share of its docks is free, and empty if at most this share has bikes."""

STATIONS_SEEN: Final = 100
"""Where the operator looks for a full or an empty station, for one truck."""

LEFT: Final = 0.1
"""Share of docks with bikes that a truck leaves at a full station at least."""

LOADS: Final = {"large": (12, 24), "small": (3, 6), "split": (16, 24)}
LEAST: Final = 3
LOAD_WEIGHTS: Final = (70, 15, 15)
"""Range and weights of the bikes a truck takes: `LEAST` or more. It takes the second half of a split load later."""

SPLIT_S: Final = (240, 480)
DRIVE_S: Final = (900, 2400)
"""Ranges of the time between both halves of a split load, and between two stations."""

DOCK_WORK_PER_STATION_S: Final = 1 / (8 * 86400)
REPAIR_SHARE: Final = 0.6
DAMAGE_SHARE: Final = 0.3
MOST_BROKEN: Final = 5
"""How often somebody looks at a station's docks, and how often one is then repaired, or found broken."""


class TruckMove(NamedTuple):
    """Signed numbers of bikes that a truck brings to a station (its index) at an epoch second."""

    move_id: int
    station: int
    at: int
    mechanical: int
    ebike: int


Work = Callable[[int], None]
"""Does something at an epoch second."""


class Operator:
    """Does its planned works in order of time; deterministic by seed and by what riders did before."""

    def __init__(self, seed: int, stock: Stock, span: Span, closures: list[Closure], dead: list[DeadStation]) -> None:
        self.truck_moves: list[TruckMove] = []
        self._seed, self._stock, self._number, self._last_move = seed, stock, 0, 0
        self._works: list[tuple[int, int, Work]] = []
        for station in dead:
            stock.close(station.station, span.first, station.flags)
        for closure in closures:
            self._plan(closure.starts_at, partial(self._close, closure))
        for at, week_hour in zip(range(span.first, span.last, HOUR_S), span.week_hours, strict=True):
            self._plan_hour(at, week_hour)

    def next_at(self) -> int | None:
        """When the next work is due (epoch s); None if there is none."""
        return self._works[0][0] if self._works else None

    def work(self) -> None:
        """Do the next work."""
        at, _, work = heappop(self._works)
        work(at)

    def _plan(self, at: int, work: Work) -> None:
        self._number += 1
        heappush(self._works, (at, self._number, work))

    def _plan_hour(self, hour_at: int, week_hour: int) -> None:
        rng, stations = dice(self._seed, "works", hour_at), len(self._stock.capacity)
        trucks = TRUCKS_PER_STATION_S * (1 if week_hour % 24 in WORKING_HOURS else NIGHT_FACTOR)
        for work, rate in ((self._load, trucks), (self._see_to_docks, DOCK_WORK_PER_STATION_S)):
            at = hour_at + int(rng.expovariate(rate * stations))
            while at < hour_at + HOUR_S:
                self._plan(at, work)
                at += 1 + int(rng.expovariate(rate * stations))

    def _load(self, at: int) -> None:
        """Send a truck to a full station, if one is seen."""
        rng, stock = dice(self._seed, "truck", at), self._stock
        station = next((s for s in self._seen(rng) if self._is_full(s)), None)
        if station is None:
            return
        kind = rng.choices(list(LOADS), LOAD_WEIGHTS)[0]
        spare = stock.bikes(station) - round(LEFT * stock.capacity[station])
        count = min(spare, rng.randint(*LOADS[kind]))
        if count < LEAST:
            return
        self._last_move += 1
        self._take(self._last_move, station, count if kind != "split" else count // 2, at)
        if kind == "split":
            self._plan(at + rng.randint(*SPLIT_S), partial(self._take, self._last_move, station, count - count // 2))

    def _take(self, move_id: int, station: int, count: int, at: int) -> None:
        rng, stock = dice(self._seed, "take", at, station), self._stock
        count = min(count, stock.bikes(station))
        if not count:
            return
        ebikes = min(stock.ebike[station], max(count - stock.mechanical[station], round(count * rng.random())))
        cargo = Cargo(count - ebikes, ebikes)
        self._move(move_id, station, at, Cargo(-cargo.mechanical, -cargo.ebike))
        self._plan(at + rng.randint(*DRIVE_S), partial(self._unload, move_id, cargo))

    def _unload(self, move_id: int, cargo: Cargo, at: int) -> None:
        """Bring bikes to an empty station, and what does not fit to the next."""
        rng, stock = dice(self._seed, "unload", at, move_id), self._stock
        station = next((s for s in self._seen(rng) if self._is_empty(s, cargo.total)), None)
        if station is None:
            station = max(self._seen(rng), key=stock.docks.__getitem__)
        fitting = min(stock.docks[station], cargo.total)
        mechanical = min(cargo.mechanical, fitting)
        brought = Cargo(mechanical, fitting - mechanical)
        self._move(move_id, station, at, brought)
        rest = Cargo(cargo.mechanical - brought.mechanical, cargo.ebike - brought.ebike)
        if rest.total:
            self._plan(at + rng.randint(*DRIVE_S), partial(self._unload, move_id, rest))

    def _seen(self, rng: Random) -> Iterator[int]:
        """Some stations, in random order."""
        return (rng.randrange(len(self._stock.capacity)) for _ in range(STATIONS_SEEN))

    def _is_full(self, station: int) -> bool:
        return self._stock.docks[station] <= FULL * self._stock.capacity[station] < self._stock.bikes(station)

    def _is_empty(self, station: int, docks: int) -> bool:
        return (
            self._stock.bikes(station) <= EMPTY * self._stock.capacity[station] and self._stock.docks[station] >= docks
        )

    def _move(self, move_id: int, station: int, at: int, cargo: Cargo) -> None:
        if cargo.total:
            self._stock.add(station, at, cargo)
            self.truck_moves.append(TruckMove(move_id, station, at, *cargo))

    def _close(self, closure: Closure, at: int) -> None:
        stock, station = self._stock, closure.station
        if station in stock.held:
            return
        if closure.kind != "frozen":
            self._last_move += 1
            self._take(self._last_move, station, stock.bikes(station), at)
        dark = stock.docks[station] if closure.kind == "dark" else 0
        if dark:
            stock.damage(station, at, dark)
        stock.close(station, at, closure.flags)
        self._plan(closure.ends_at, partial(self._reopen, closure, dark))

    def _reopen(self, closure: Closure, dark: int, at: int) -> None:
        self._stock.reopen(closure.station, at, closure.flags)
        if dark:
            self._stock.damage(closure.station, at, -dark)

    def _see_to_docks(self, at: int) -> None:
        rng, stock = dice(self._seed, "docks", at), self._stock
        station = rng.randrange(len(stock.capacity))
        if station in stock.held:
            return
        if stock.broken[station] and rng.random() < REPAIR_SHARE:
            stock.damage(station, at, -1)
        elif stock.docks[station] and stock.broken[station] < MOST_BROKEN and rng.random() < DAMAGE_SHARE:
            stock.damage(station, at, 1)
