"""Simulated bike stations in Paris and its suburbs, with codes in the format of the real ones."""

import math
from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import Final

from belib_platform.simulator.arrondissements import ARRONDISSEMENTS, CITY
from belib_platform.simulator.circle import Circle
from belib_platform.simulator.city import STREET_KINDS, STREET_NAMES
from belib_platform.simulator.communes import COMMUNES
from belib_platform.simulator.dice import dice

BIKE_STATIONS_PER_STATION: Final = 1470 / 380
"""Bike stations per station with charge points."""

SUBURB_SHARE: Final = 1 / 3
PARIS: Final = ("Paris", "75056")
"""Name and INSEE code that the data set gives to stations of all arrondissements."""

CAPACITY: Final = (15, 78)
MEDIAN_CAPACITY: Final = 29.5
CAPACITY_SPREAD: Final = 0.37
"""Least and largest capacity, and median and standard deviation of the log of its lognormal distribution."""

TERMINAL_SHARE: Final = 0.58
"""Share of stations at which one can pay by card."""

TIDES: Final = {-1: 35, 0: 35, 1: 30}
"""Percentage of each tide: −1 homes (empty in the morning), 1 offices (empty in the evening), 0 neither."""

POPULARITY_SPREAD: Final = 0.3
CENTRALITY_KM: Final = 7.0
"""Standard deviation of the log of the popularity per dock, and the distance from the centre at which it is 1/e."""


@dataclass(frozen=True, slots=True)
class BikeStation:
    """A bike station; longitude and latitude in degrees (WGS 84), place in km east and north of the centre of Paris.

    `station_id` is the operator's number, which only the GBFS feeds use. `popularity` is the station's factor of the
    demand, `tide` is −1 for homes, 1 for offices, 0 for neither.
    """

    station_code: str
    station_id: int
    name: str
    commune: str
    insee_code: str
    longitude: float
    latitude: float
    place_km: tuple[float, float]
    capacity: int
    has_terminal: bool
    popularity: float
    tide: int


def draw_bike_city(seed: int, bike_stations: int) -> list[BikeStation]:
    """The bike stations, in random order; deterministic by seed and number.

    Raises ValueError unless `bike_stations` is 2 to 4000: a trip has two ends, and a code has three digits for numbers.
    """
    if not 2 <= bike_stations <= 4000:
        raise ValueError(f"bike_stations should be 2 to 4000, not {bike_stations}")
    rng = dice(seed, "bike city", bike_stations)
    numbers: Counter[int] = Counter()
    station_ids = rng.sample(range(6_000, 20_000_000_000), bike_stations)
    return [_station(rng, numbers, station_id) for station_id in station_ids]


def _station(rng: Random, numbers: Counter[int], station_id: int) -> BikeStation:
    prefix, commune, insee_code, circle = _where(rng)
    numbers[prefix] += 1
    longitude, latitude = circle.place(rng)
    capacity = _capacity(rng)
    east, north = CITY.in_plane(longitude, latitude)
    return BikeStation(
        station_code=f"{prefix}{numbers[prefix]:03d}",
        station_id=station_id,
        name=f"{_street(rng)} - {_street(rng)}",
        commune=commune,
        insee_code=insee_code,
        longitude=longitude,
        latitude=latitude,
        place_km=(east, north),
        capacity=capacity,
        has_terminal=rng.random() < TERMINAL_SHARE,
        popularity=capacity
        * rng.lognormvariate(0, POPULARITY_SPREAD)
        * math.exp(-math.hypot(east, north) / CENTRALITY_KM),
        tide=rng.choices(list(TIDES), list(TIDES.values()))[0],
    )


def _where(rng: Random) -> tuple[int, str, str, Circle]:
    if rng.random() < SUBURB_SHARE:
        commune = rng.choices(COMMUNES, [c.weight for c in COMMUNES])[0]
        return commune.code_prefix, commune.name, commune.insee_code, commune.circle
    arrondissement = rng.choices(ARRONDISSEMENTS, [a.weight for a in ARRONDISSEMENTS])[0]
    return arrondissement.number, *PARIS, arrondissement.circle


def _street(rng: Random) -> str:
    return f"{rng.choice(STREET_KINDS)} {rng.choice(STREET_NAMES)}"


def _capacity(rng: Random) -> int:
    least, largest = CAPACITY
    return min(largest, max(least, round(MEDIAN_CAPACITY * rng.lognormvariate(0, CAPACITY_SPREAD))))
