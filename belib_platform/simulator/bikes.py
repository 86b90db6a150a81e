"""The truth of the simulated bike-sharing network: what was where at every second, each trip, and each truck's move."""

from datetime import UTC, datetime
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
import polars as pl

from belib_platform.simulator.behaviour import Span
from belib_platform.simulator.bike_city import BikeStation
from belib_platform.simulator.bike_closures import INSTALLED, RENTING, RETURNING
from belib_platform.simulator.bike_operator import TruckMove
from belib_platform.simulator.bike_reports import Reports
from belib_platform.simulator.bike_riders import Ints
from belib_platform.simulator.bike_rides import ARRIVED, GAVE_UP
from belib_platform.simulator.bike_simulation import simulate
from belib_platform.simulator.bike_states import E_BIKE, MECHANICAL_BIKE, Changes, States, packed
from belib_platform.simulator.errors import NotDrawnError

INSTANT: Final = pl.Datetime("ms", "UTC")


class BikeState(NamedTuple):
    """What a station says at a second."""

    mechanical: int
    ebike: int
    docks: int
    is_installed: bool
    is_renting: bool
    is_returning: bool


class Reported(NamedTuple):
    """The newest report of every station, in their order, and its stamp (epoch s)."""

    mechanical: Ints
    ebike: Ints
    docks: Ints
    flags: Ints
    stamps: Ints


class Bikes:
    """The simulated network in a range of hours; deterministic by seed, and a longer range continues a shorter one."""

    def __init__(self, seed: int, stations: list[BikeStation], span: Span, weather_factors: list[float]) -> None:
        """`weather_factors` has the factor of the demand in each hour of the range."""
        self.stations, self._span = stations, span
        self._simulated = simulate(seed, stations, span, weather_factors)
        self.reports = Reports(seed, len(stations), self._simulated.dead)
        self._codes = pl.Series([station.station_code for station in stations])
        self._capacity: Ints = np.array([station.capacity for station in stations])
        self._index = {station.station_code: index for index, station in enumerate(stations)}

    @cached_property
    def states(self) -> States:
        """The state of every station at every second, by its index in `stations`."""
        simulated, riders = self._simulated, self._simulated.riders
        begun, ended = simulated.outcome != GAVE_UP, simulated.outcome == ARRIVED
        log, one_bike = np.array(simulated.changes), np.where(riders.is_ebike, E_BIKE, MECHANICAL_BIKE)
        changes = [
            Changes(log[:, 0], log[:, 1], packed(log[:, 2:])),
            Changes(riders.origin[begun], riders.departs_at[begun], -one_bike[begun]),
            Changes(simulated.destination[ended], riders.arrives_at[ended], one_bike[ended]),
        ]
        return States(changes, self._span.first, self._span.last)

    @cached_property
    def trips(self) -> pl.DataFrame:
        """One row per trip: `from_code, departs_at, to_code, arrives_at, is_ebike`, in order of departure (UTC).

        Both `to_code` and `arrives_at` are null for trips under way when the range ends.
        """
        simulated, codes = self._simulated, self._codes
        riders, begun = simulated.riders, simulated.outcome != GAVE_UP
        return (
            pl.DataFrame(
                {
                    "from_code": codes[riders.origin[begun]],
                    "departs_at": riders.departs_at[begun],
                    "to_code": codes[simulated.destination[begun]],
                    "arrives_at": riders.arrives_at[begun],
                    "is_ebike": riders.is_ebike[begun],
                    "has_ended": simulated.outcome[begun] == ARRIVED,
                }
            )
            .with_columns(_instant("departs_at"), _instant("arrives_at"))
            .with_columns(pl.when("has_ended").then(pl.col("to_code", "arrives_at")))
            .drop("has_ended")
        )

    @cached_property
    def truck_moves(self) -> pl.DataFrame:
        """What trucks bring (signed): `move_id, station_code, at, mechanical, ebike`, in order of `at` (UTC).

        Rows with one `move_id` are the bikes that one truck took from one station, and where it brought them.
        """
        moves = pl.DataFrame(
            self._simulated.truck_moves, schema=dict.fromkeys(TruckMove._fields, pl.Int64), orient="row"
        )
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
        rows = slice(None)
        counts = self.states.counts(rows)
        return pl.DataFrame(
            {
                "station_code": self._codes[self.states.stations(rows)],
                "at": self.states.at(rows),
                "mechanical": counts.mechanical,
                "ebike": counts.ebike,
                "docks": self._docks(rows),
                "broken": counts.broken,
                "is_installed": counts.flags & INSTALLED > 0,
                "is_renting": counts.flags & RENTING > 0,
                "is_returning": counts.flags & RETURNING > 0,
            }
        ).with_columns(_instant("at"))

    def state(self, station_code: str, at: datetime) -> BikeState:
        """The true state of a station at an instant, to the second.

        Raises KeyError for an unknown station, and NotDrawnError outside the range, as the two below do.
        """
        return self._state(station_code, self.states.rows_at(self._drawn(at)))

    def reported_state(self, station_code: str, at: datetime) -> BikeState:
        """What the feeds publish of a station at an instant: its true state when it reported last."""
        return self._state(station_code, self._reported_rows(self._drawn(at)))

    def last_reported(self, station_code: str, at: datetime) -> datetime:
        """The stamp (UTC) that the feeds publish at an instant, which is older than the report."""
        stamp = self.reports.stamps(self._drawn(at))[self._index[station_code]]
        return datetime.fromtimestamp(int(stamp), UTC)

    def reported(self, second: int) -> Reported:
        """What the feeds publish of all stations at an epoch second."""
        rows = self._reported_rows(second)
        counts = self.states.counts(rows)
        return Reported(
            mechanical=counts.mechanical,
            ebike=counts.ebike,
            docks=self._docks(rows),
            flags=counts.flags,
            stamps=self.reports.stamps(second),
        )

    def _reported_rows(self, second: int) -> Ints:
        return self.states.rows_at(self.reports.newest(second))

    def _state(self, station_code: str, rows: Ints) -> BikeState:
        row = rows[[self._index[station_code]]]
        mechanical, ebike, _, flags = (column.item() for column in self.states.counts(row))
        return BikeState(
            mechanical=mechanical,
            ebike=ebike,
            docks=self._docks(row).item(),
            is_installed=bool(flags & INSTALLED),
            is_renting=bool(flags & RENTING),
            is_returning=bool(flags & RETURNING),
        )

    def _drawn(self, at: datetime) -> int:
        second = int(at.timestamp())
        if not self._span.first <= second < self._span.last:
            raise NotDrawnError(f"There are no simulated bikes at {at.isoformat()}")
        return second

    def _docks(self, rows: Ints | slice) -> Ints:
        """Free docks in rows of `states`."""
        mechanical, ebike, broken, _ = self.states.counts(rows)
        docks: Ints = self._capacity[self.states.stations(rows)] - mechanical - ebike - broken
        return docks


def _instant(column: str) -> pl.Expr:
    """Epoch seconds as an instant."""
    return (pl.col(column) * 1000).cast(INSTANT)
