"""Simulate the bike-sharing network: riders and the operator act in turn on one stock of bikes and docks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from belib_platform.simulator.behaviour import Span
from belib_platform.simulator.bike_city import BikeStation
from belib_platform.simulator.bike_closures import DeadStation, draw_closures, draw_dead_stations
from belib_platform.simulator.bike_operator import Operator, TruckMove
from belib_platform.simulator.bike_riders import Demand, Riders, all_riders
from belib_platform.simulator.bike_rides import Rides
from belib_platform.simulator.bike_stock import Change, Stock


@dataclass(frozen=True, slots=True)
class Simulated:
    """What happened: of each rider the outcome and the true destination, of the operator all works."""

    riders: Riders
    outcome: NDArray[np.uint8]
    destination: NDArray[np.int16]
    truck_moves: list[TruckMove]
    changes: list[Change]
    """All changes but those by riders, which begin with the states at first; trucks are among them."""
    dead: list[DeadStation]


def simulate(seed: int, stations: list[BikeStation], span: Span, weather_factors: list[float]) -> Simulated:
    """Simulate a range; deterministic by seed, and a longer range continues a shorter one.

    `weather_factors` has the factor of the demand in each hour.
    """
    dead = draw_dead_stations(seed, stations, span.first)
    is_served = np.ones(len(stations), dtype=bool)
    is_served[[station.station for station in dead]] = False
    demand = Demand(seed, stations, is_served)
    riders = all_riders(demand, span, weather_factors)
    stock = Stock.draw(seed, stations, span.first)
    operator = Operator(seed, stock, span, draw_closures(seed, stations, span), dead)
    rides = Rides(riders, stock, demand.distance_km)
    while (at := operator.next_at()) is not None and at < span.last:
        rides.go_on(at)
        operator.work()
    rides.go_on(span.last)
    outcome = np.frombuffer(rides.outcome, dtype=np.uint8)
    return Simulated(riders, outcome, rides.destination, operator.truck_moves, stock.changes, dead)
