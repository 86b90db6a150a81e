"""The truth of the simulated bike-sharing network: what was where at every second, each trip, and each truck's move."""

from datetime import datetime
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
import polars as pl

from belib_platform.simulator.behaviour import Span
from belib_platform.simulator.bike_city import BikeStation
from belib_platform.simulator.bike_closures import (
    INSTALLED,
    RENTING,
    RETURNING,
    draw_closures,
    draw_dead_stations,
)
from belib_platform.simulator.bike_operator import Operator, TruckMove
from belib_platform.simulator.bike_riders import Demand, Ints, Riders, all_riders, distances_km
from belib_platform.simulator.bike_rides import ARRIVED, GAVE_UP, Rides
from belib_platform.simulator.bike_states import Deltas, States
from belib_platform.simulator.bike_stock import Stock
from belib_platform.simulator.dice import array_dice

INSTANT: Final = pl.Datetime("ms", "UTC")

HEARTBEAT_S: Final = 3600
STAMP_LAG_S: Final = (180, 2700)
"""A station's `last_reported` is that of its newest change or hourly report that is older than a lag of its own."""


class BikeState(NamedTuple):
    """What a station says at a second."""

    mechanical: int
    ebike: int
    docks: int
    is_installed: bool
    is_renting: bool
    is_returning: bool


class Bikes:
    """The simulated network in a range of hours; deterministic by seed, and a longer range continues a shorter one."""

    def __init__(self, seed: int, stations: list[BikeStation], span: Span, weather_factors: list[float]) -> None:
        """`weather_factors` has the factor of the demand in each hour of the range."""
        self.stations, self._span = stations, span
        dead = draw_dead_stations(seed, stations, span.first)
        is_served = np.ones(len(stations), dtype=bool)
        is_served[[station.station for station in dead]] = False
        self._riders: Riders = all_riders(Demand(seed, stations, is_served), span, weather_factors)
        stock = Stock.draw(seed, stations, span.first)
        operator = Operator(seed, stock, span, draw_closures(seed, stations, span), dead)
        rides = Rides(self._riders, stock, distances_km(stations))
        while (at := operator.next_at()) is not None and at < span.last:
            rides.go_on(at)
            operator.work()
        rides.go_on(span.last)
        self._outcome = np.frombuffer(rides.outcome, dtype=np.uint8)
        self._destination = rides.destination
        self._truck_moves: list[TruckMove] = operator.truck_moves
        self._log = stock.changes
        rng = array_dice(seed, "bike stamps")
        self._lag = rng.integers(*STAMP_LAG_S, len(stations))
        self._phase = rng.integers(0, HEARTBEAT_S, len(stations))
        self._reported_last = {station.station: station.reported_at for station in dead}
        self._index = {station.station_code: index for index, station in enumerate(stations)}

    @cached_property
    def states(self) -> States:
        """The state of every station at every second, by its index in `stations`."""
        riders, begun, ended = self._riders, self._outcome != GAVE_UP, self._outcome == ARRIVED
        log = np.array(self._log)
        ends = [
            (riders.origin[begun], riders.departs_at[begun], riders.is_ebike[begun], -1),
            (self._destination[ended], riders.arrives_at[ended], riders.is_ebike[ended], 1),
        ]
        differences = [
            np.stack([sign * ~is_ebike, sign * is_ebike, zero := np.zeros_like(at), zero], axis=1)
            for _, at, is_ebike, sign in ends
        ]
        return States(
            Deltas(
                np.concatenate([log[:, 0], *(end[0] for end in ends)]),
                np.concatenate([log[:, 1], *(end[1] for end in ends)]),
                np.concatenate([log[:, 2:], *differences]),
            ),
            self._span.last,
        )

    @cached_property
    def trips(self) -> pl.DataFrame:
        """One row per trip: `from_code, departs_at, to_code, arrives_at, is_ebike`, in order of departure (UTC).

        Both `to_code` and `arrives_at` are null for trips under way when the range ends.
        """
        riders, begun = self._riders, self._outcome != GAVE_UP
        codes = self._codes
        has_ended = pl.col("outcome") == ARRIVED
        return (
            pl.DataFrame(
                {
                    "from_code": codes[riders.origin[begun]],
                    "departs_at": riders.departs_at[begun],
                    "to_code": codes[self._destination[begun]],
                    "arrives_at": riders.arrives_at[begun],
                    "is_ebike": riders.is_ebike[begun],
                    "outcome": self._outcome[begun],
                }
            )
            .with_columns(_instant("departs_at"), _instant("arrives_at"))
            .with_columns(pl.when(has_ended).then(pl.col("to_code", "arrives_at")))
            .drop("outcome")
        )

    @cached_property
    def truck_moves(self) -> pl.DataFrame:
        """What trucks bring (signed): `move_id, station_code, at, mechanical, ebike`, in order of `at` (UTC).

        Rows with one `move_id` are the bikes that one truck took from one station, and where it brought them.
        """
        moves = pl.DataFrame(self._truck_moves, schema=list(TruckMove._fields), orient="row")
        return moves.select(
            "move_id",
            self._codes.gather(moves["station"]).alias("station_code"),
            _instant("at"),
            "mechanical",
            "ebike",
        )

    @cached_property
    def changes(self) -> pl.DataFrame:
        """The state from `at` (UTC, seconds) on, one row per change, ordered by station and `at`.

        Columns: `station_code, at, mechanical, ebike, docks, broken, is_installed, is_renting, is_returning`. Bikes,
        `docks` (free ones) and `broken` ones add up to the capacity.
        """
        states = self.states
        flags = states.flags
        return pl.DataFrame(
            {
                "station_code": self._codes[states.station],
                "at": states.at,
                "mechanical": states.mechanical,
                "ebike": states.ebike,
                "docks": self.docks(slice(None)),
                "broken": states.broken,
                "is_installed": flags & INSTALLED > 0,
                "is_renting": flags & RENTING > 0,
                "is_returning": flags & RETURNING > 0,
            }
        ).with_columns(_instant("at"))

    def docks(self, rows: Ints | slice) -> Ints:
        """Free docks in rows of `states`."""
        states = self.states
        capacity = self._capacity[states.station[rows]]
        return capacity - states.mechanical[rows] - states.ebike[rows] - states.broken[rows]

    def state(self, station_code: str, at: datetime) -> BikeState:
        """What a station says at an instant. Raises KeyError for an unknown station."""
        row = self.states.rows_at(int(at.timestamp()))[self._index[station_code]]
        states, flags = self.states, int(self.states.flags[row])
        return BikeState(
            mechanical=int(states.mechanical[row]),
            ebike=int(states.ebike[row]),
            docks=int(self.docks(row)),
            is_installed=bool(flags & INSTALLED),
            is_renting=bool(flags & RENTING),
            is_returning=bool(flags & RETURNING),
        )

    def last_reported(self, second: int) -> Ints:
        """When each station reported last, as known at an epoch second (epoch s); long ago for dead stations."""
        known = second - self._lag
        changed_at = self.states.at[self.states.rows_at(known)]
        heartbeat = known - (known - self._phase) % HEARTBEAT_S
        reported = np.maximum(np.minimum(changed_at, known), heartbeat)
        for station, reported_at in self._reported_last.items():
            reported[station] = reported_at
        return reported

    @cached_property
    def _codes(self) -> pl.Series:
        return pl.Series([station.station_code for station in self.stations])

    @cached_property
    def _capacity(self) -> Ints:
        return np.array([station.capacity for station in self.stations])


def _instant(column: str) -> pl.Expr:
    """Epoch seconds as an instant."""
    return (pl.col(column) * 1000).cast(INSTANT)
