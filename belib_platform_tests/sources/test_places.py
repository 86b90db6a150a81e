"""A place is believed only where its form says which number is which, and the numbers lie in France."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belib_platform.sources.belib_realtime import decode
from belib_platform.sources.field_types import LATITUDES, LONGITUDES
from belib_platform.sources.record_lines import GEOJSON
from belib_platform_tests.sources.forms import PLACES, places
from belib_platform_tests.sources.portal_records import live

UNREADABLE = {"coordinates_are_readable": 1}


def read(place: Any) -> tuple[tuple[float | None, float | None], dict[str, int]]:
    """Longitude and latitude (degrees) of a record between two good ones, and what was counted."""
    body = json.dumps([live(0), live(1, coordonneesxy=place), live(2)]).encode()
    decoded = decode(body, "application/json")
    assert decoded.frame["longitude"].null_count() == decoded.frame["latitude"].null_count()
    return decoded.frame.select("longitude", "latitude").row(1), dict(decoded.odd_values)


def test_no_number_is_a_longitude_and_a_latitude() -> None:
    assert LONGITUDES[1] < LATITUDES[0]


@given(PLACES, st.data())
def test_a_place_whose_numbers_are_swapped_is_null_and_counted(at: tuple[float, float], data: st.DataObject) -> None:
    latitude, longitude = at
    right = data.draw(st.sampled_from(range(len(places(latitude, longitude)))))
    assert read(places(latitude, longitude)[right]) == ((longitude, latitude), {})
    assert read(places(longitude, latitude)[right]) == ((None, None), UNREADABLE)


@given(st.integers(41, 51), st.integers(0, 9))
def test_one_number_with_a_decimal_comma_is_no_pair(whole: int, decimals: int) -> None:
    for text in (f"{whole},{decimals}", f" {whole},{decimals} ", f"+{whole},{decimals}"):
        assert read(text) == ((None, None), UNREADABLE), text
    for text in (f"{whole}, {decimals}", f"{whole};{decimals}", f"{whole}.5,{decimals}", f"{whole},{decimals}.5"):
        assert read(text)[1] == {}, text


@pytest.mark.parametrize(
    ("longitude", "latitude"),
    [(True, True), (False, False), (2.35, True), ("2.35", False), (True, 48.85), (False, 48.85)],
)
def test_true_and_false_are_no_degrees(longitude: object, latitude: object) -> None:
    point = {"type": "Point", "coordinates": [longitude, latitude]}
    for place in ({"lon": longitude, "lat": latitude}, {"longitude": longitude, "latitude": latitude}, point):
        assert read(place) == ((None, None), UNREADABLE), place


@pytest.mark.parametrize("longitude", [0, 1, 0.0, 1.0])
def test_whole_degrees_are_degrees(longitude: float) -> None:
    assert read({"lon": longitude, "lat": 48.85}) == ((longitude, 48.85), {})


@pytest.mark.parametrize("at", [(0, 0), (-73.9, 40.7), (2.35, 51.6), (2.35, 40.9), (-5.6, 48), (10.1, 48), (-2, -48)])
def test_a_place_outside_france_is_null_and_counted(at: tuple[float, float]) -> None:
    assert read({"lon": at[0], "lat": at[1]}) == ((None, None), UNREADABLE)


@pytest.mark.parametrize("sent", [[48.85, 2.35], [True, 48.85], ["x", 48.85], [None, 48.85], [[2.35], [48.85]]])
def test_a_point_of_geojson_that_is_no_place_is_counted(sent: Any) -> None:
    geometry = {"type": "Point", "coordinates": sent}
    feature = {"type": "Feature", "geometry": geometry, "properties": live(0, coordonneesxy=...)}
    decoded = decode(json.dumps({"type": "FeatureCollection", "features": [feature]}).encode(), GEOJSON)
    assert (decoded.frame.select("longitude", "latitude").row(0), decoded.odd_values) == ((None, None), UNREADABLE)
