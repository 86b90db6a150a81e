import math
import re
from collections import Counter

import pytest

from belib_platform.simulator.arrondissements import ARRONDISSEMENTS, CITY
from belib_platform.simulator.bike_city import BikeStation, draw_bike_city
from belib_platform.simulator.circle import Circle
from belib_platform.simulator.communes import COMMUNES


@pytest.fixture(scope="module")
def stations() -> list[BikeStation]:
    return draw_bike_city(1, 1470)


def test_same_seed_same_stations() -> None:
    assert draw_bike_city(3, 40) == draw_bike_city(3, 40)
    assert draw_bike_city(3, 40) != draw_bike_city(4, 40)


@pytest.mark.parametrize("number", [2, 46, 1470, 4000])
def test_codes_and_the_operators_numbers_are_unique(number: int) -> None:
    stations = draw_bike_city(1, number)
    assert len({s.station_code for s in stations}) == len({s.station_id for s in stations}) == number
    assert all(re.fullmatch(r"[1-9]\d?\d{3}", s.station_code) for s in stations)


def test_a_third_is_in_the_suburbs_and_codes_say_where(stations: list[BikeStation]) -> None:
    communes = {commune.insee_code: commune for commune in COMMUNES}
    suburban = [s for s in stations if s.insee_code != "75056"]
    assert 0.28 < len(suburban) / len(stations) < 0.38
    assert {s.insee_code for s in suburban} == set(communes)
    for station in stations:
        prefix = int(station.station_code) // 1000
        if station.insee_code == "75056":
            assert station.commune == "Paris"
            circle = next(a.circle for a in ARRONDISSEMENTS if a.number == prefix)
        else:
            commune = communes[station.insee_code]
            assert (station.commune, prefix) == (commune.name, commune.code_prefix)
            circle = commune.circle
        assert _distance_km(circle, station) <= circle.radius_km + 0.001


def test_suburbs_lie_around_the_city() -> None:
    for commune in COMMUNES:
        centre = commune.circle
        for arrondissement in ARRONDISSEMENTS:
            distance = math.hypot(*arrondissement.circle.in_plane(centre.longitude, centre.latitude))
            assert distance > arrondissement.circle.radius_km + centre.radius_km, (commune, arrondissement)
        assert math.hypot(*CITY.in_plane(centre.longitude, centre.latitude)) < 13


def test_capacities_are_like_the_real_ones(stations: list[BikeStation]) -> None:
    capacities = sorted(s.capacity for s in stations)
    assert 15 <= capacities[0] < capacities[-1] <= 78
    assert 30 < sum(capacities) / len(capacities) < 34
    assert Counter(s.tide for s in stations).keys() == {-1, 0, 1}


@pytest.mark.parametrize("number", [1, 4001])
def test_impossible_numbers_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match="2 to 4000"):
        draw_bike_city(1, number)


def _distance_km(circle: Circle, station: BikeStation) -> float:
    return math.hypot(*circle.in_plane(station.longitude, station.latitude))
