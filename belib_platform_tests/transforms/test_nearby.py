"""Places near each other, against all pairs one by one."""

from math import asin, cos, radians, sin, sqrt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from belib_platform.checks.station_nearby import near_in_both_directions
from belib_platform.contracts.bikes.mart import NEAR_M, StationNearby
from belib_platform.contracts.contract import conform
from belib_platform.transforms.nearby import nearby
from belib_platform_tests.examples import examples

Place = tuple[str, float | None, float | None]

SCHEMA = {"network": pl.String, "place_id": pl.String, "longitude": pl.Float64, "latitude": pl.Float64}
drawn = st.lists(
    st.tuples(
        st.sampled_from(["belib", "velib"]),
        st.none() | st.floats(2.33, 2.34),
        st.none() | st.floats(48.85, 48.856) | st.floats(-0.002, 0.002),
    ),
    max_size=20,
)


def found(places: list[Place]) -> pl.DataFrame:
    rows = [(network, str(n), longitude, latitude) for n, (network, longitude, latitude) in enumerate(places)]
    made = nearby(pl.LazyFrame(rows, schema=SCHEMA, orient="row"), NEAR_M).collect()
    return StationNearby.validate(conform(StationNearby, made))


def metres(one: Place, other: Place) -> float | None:
    if one[1] is None or one[2] is None or other[1] is None or other[2] is None:
        return None
    north, east = radians(other[2] - one[2]), radians(other[1] - one[1])
    chord = sin(north / 2) ** 2 + cos(radians(one[2])) * cos(radians(other[2])) * sin(east / 2) ** 2
    return 2 * 6_371_009 * asin(sqrt(chord))


@given(drawn)
@settings(max_examples=examples(100), deadline=None)
def test_all_pairs_of_both_networks_within_200_m_are_found_both_ways(places: list[Place]) -> None:
    expected = {}
    for i, one in enumerate(places):
        for j, other in enumerate(places):
            distance = metres(one, other)
            if one[0] != other[0] and distance is not None and distance <= NEAR_M:
                expected[one[0], str(i), other[0], str(j)] = distance
    made = found(places)
    assert {row[:4]: pytest.approx(row[4], abs=1e-3) for row in made.rows()} == expected
    assert near_in_both_directions(made).passed


def test_the_check_finds_a_pair_that_is_near_in_one_direction_only() -> None:
    made = found([("belib", 2.333, 48.85), ("velib", 2.333, 48.851)])
    assert made.height == 2
    assert made["distance_m"].n_unique() == 1
    assert near_in_both_directions(made).passed
    assert not near_in_both_directions(made.head(1)).passed
    assert not near_in_both_directions(made.with_columns(pl.col("distance_m") + 100)).passed
    assert not near_in_both_directions(made.with_columns(distance_m=pl.Series([1.0, 2.0]))).passed
