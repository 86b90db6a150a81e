"""Draw who wants to ride from where to where, before it is known whether there will be a bike and a dock."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from belib_platform.simulator.behaviour import Span
from belib_platform.simulator.bike_city import BikeStation
from belib_platform.simulator.bike_demand import DEPARTURES_PER_S, NETWORK_DEMAND, TIDE
from belib_platform.simulator.dice import array_dice
from belib_platform.simulator.rhythm import HOUR_S

EBIKE_SHARE: Final = 0.45
REACH_KM: Final = 2.6
SHORTEST_KM: Final = 0.5
"""Fewer riders choose a destination the farther away it is (1/e at `REACH_KM`); hardly any choose a nearer one than
`SHORTEST_KM`, since they can walk."""

DETOUR: Final = 1.3
"""Length of the way, in those of the straight line."""

SPEED_KM_PER_S: Final = (11 / HOUR_S, 15 / HOUR_S)
"""Of mechanical and of electric bikes."""

UNSURE: Final = 0.25
"""Standard deviation of the log of a ride's duration."""

AT_ENDS_S: Final = (60, 300)
"""Range of the time to take a bike and to lock it."""

FAINT: Final = 1e-6
"""Attraction of every station, also within `SHORTEST_KM`, so that the smallest network has destinations."""

BALANCING_ROUNDS: Final = 12
ROUNDS: Final = 4
"""How often the weights of stations are adapted to their popularity, and a destination is drawn again for the tide."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Riders(NamedTuple):
    """Candidate trips in order of departure: indices of stations, epoch seconds, and whether an e-bike is wanted."""

    origin: NDArray[np.int16]
    destination: NDArray[np.int16]
    departs_at: Ints
    arrives_at: Ints
    is_ebike: NDArray[np.bool_]


class Demand:
    """Draws the riders of each hour; deterministic by seed and hour."""

    def __init__(self, seed: int, stations: list[BikeStation], is_served: NDArray[np.bool_]) -> None:
        """Nobody wants to ride to or from stations that are not served."""
        self._seed = seed
        popularity = np.where(is_served, [s.popularity for s in stations], 0.0)
        self._tide = np.array([float(s.tide) for s in stations])
        self.distance_km = _distances_km(stations)
        flows = _flows(self.distance_km, popularity / popularity.mean())
        self._departures = flows.sum(axis=1)
        # the cumulative shares of station i lie in (i, i + 1], so that one search finds destinations of many origins
        shares = np.cumsum(flows, axis=1)
        shares /= np.where(shares[:, -1:] > 0, shares[:, -1:], 1.0)
        self._ladder = (np.arange(len(stations))[:, None] + shares).ravel()

    def riders(self, hour_at: int, week_hour: int, weather_factor: float) -> Riders:
        """Those who set off in the hour from `hour_at` (epoch s), in local hour `week_hour` of the week."""
        rng = array_dice(self._seed, "riders", hour_at)
        tide = TIDE[week_hour]
        weights = self._departures * (1 - tide * self._tide)
        mean = weights.sum() * DEPARTURES_PER_S * HOUR_S * NETWORK_DEMAND[week_hour] * weather_factor
        count = int(rng.poisson(mean))
        departs_at = hour_at + np.sort(rng.integers(0, HOUR_S, count))
        cumulative = np.cumsum(weights)
        origin = np.searchsorted(cumulative, rng.random(count) * cumulative[-1], side="right")
        destination = self._destinations(rng, origin, tide)
        is_ebike = rng.random(count) < EBIKE_SHARE
        way_km = DETOUR * self.distance_km[origin, destination]
        ride_s = way_km / np.where(is_ebike, SPEED_KM_PER_S[1], SPEED_KM_PER_S[0]) * rng.lognormal(0, UNSURE, count)
        arrives_at = departs_at + rng.integers(*AT_ENDS_S, count) + ride_s.astype(np.int64)
        ends = (origin.astype(np.int16), destination.astype(np.int16))
        return Riders(*ends, departs_at, arrives_at, is_ebike)

    def _destinations(self, rng: np.random.Generator, origin: Ints, tide: float) -> Ints:
        destination = self._drawn(rng, origin)
        undecided = np.arange(len(origin))
        for _ in range(ROUNDS if tide else 0):
            chance = (1 + tide * self._tide[destination[undecided]]) / (1 + abs(tide))
            undecided = undecided[rng.random(len(undecided)) >= chance]
            destination[undecided] = self._drawn(rng, origin[undecided])
        return destination

    def _drawn(self, rng: np.random.Generator, origin: Ints) -> Ints:
        count = len(self._departures)
        return np.searchsorted(self._ladder, origin + rng.random(len(origin)), side="right") - origin * count


def _distances_km(stations: list[BikeStation]) -> Floats:
    """Distances between all pairs of stations in a straight line."""
    places = np.array([s.place_km for s in stations])
    distances: Floats = np.hypot(*(places[:, None, :] - places[None, :, :]).transpose(2, 0, 1))
    return distances


def _flows(distance_km: Floats, popularity: Floats) -> Floats:
    """Riders between all pairs of stations, as many to each station as from it, and about as many as it is popular."""
    attraction = np.exp(-distance_km / REACH_KM) * (distance_km > SHORTEST_KM) + FAINT * (distance_km > 0)
    weight = popularity.copy()
    for _ in range(BALANCING_ROUNDS):
        wanted = attraction @ weight
        weight = np.sqrt(weight * np.divide(popularity, wanted, out=np.zeros_like(wanted), where=wanted > 0))
    flows: Floats = weight[:, None] * attraction * weight[None, :]
    return flows


def all_riders(demand: Demand, span: Span, weather_factors: list[float]) -> Riders:
    """The riders of all hours of a range, in order of departure."""
    hours = [
        demand.riders(span.first + index * HOUR_S, span.week_hours[index], weather_factors[index])
        for index in range(len(span.week_hours))
    ]
    return Riders(*(np.concatenate(column) for column in zip(*hours, strict=True)))
