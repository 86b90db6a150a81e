import json
import re
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from belib_platform.contracts.vocabulary import CHARGE_POINT_ID
from belib_platform.simulator.arrondissements import ARRONDISSEMENTS
from belib_platform.simulator.city import draw_city
from belib_platform.simulator.dice import dice
from belib_platform.simulator.paris import Paris
from belib_platform.transforms.charge_points import DERIVED_STATION
from belib_platform_tests.simulator.truth import charge_points


def test_same_seed_same_city() -> None:
    assert draw_city(3, 40) == draw_city(3, 40)
    assert draw_city(3, 40) != draw_city(4, 40)


def test_the_full_city_is_of_the_real_size_and_power_mix(full_paris: Paris) -> None:
    points = charge_points(full_paris)
    assert 1990 <= points.height <= 2110
    assert set(points["power_kw"].unique()) <= {3, 4, 7, 22, 43, 50}
    assert 0.76 < (points["power_kw"] == 7).mean() < 0.85  # type: ignore[operator]
    assert points["arrondissement"].n_unique() == 20


@pytest.mark.parametrize("stations", [1, 5, 380, 800])
def test_ids_are_unique_and_shaped_like_the_real_ones(stations: int) -> None:
    ids = [p.charge_point_id for p in draw_city(1, stations)]
    assert len(set(ids)) == len(ids)
    assert all(re.match(CHARGE_POINT_ID, i) for i in ids)


def test_all_shapes_of_ids_occur(full_paris: Paris) -> None:
    shapes = {re.sub(r"\d", "d", i.split("*")[2]) for i in charge_points(full_paris)["charge_point_id"]}
    assert {"EPXdd", "Edddd"} < shapes
    assert any(shape.startswith("EHBS") for shape in shapes)


def test_station_ids_follow_from_point_ids_but_for_one_station(full_paris: Paris) -> None:
    derived = pl.col("charge_point_id").str.replace(DERIVED_STATION, "${1}P${2}")
    exceptions = charge_points(full_paris).filter(derived != pl.col("station_id"))["station_id"].unique()
    assert exceptions.len() <= 1
    assert all("*BPX" in station for station in exceptions)


@pytest.mark.parametrize("stations", [0, 801])
def test_impossible_numbers_are_refused(stations: int) -> None:
    with pytest.raises(ValueError, match="1 to 800"):
        draw_city(1, stations)


def test_places_lie_inside_their_arrondissement(recorded: Callable[[str], Path]) -> None:
    features = json.loads(recorded("geo/arrondissements_2024_explore21.geojson").read_text())["features"]
    rings = {f["properties"]["c_ar"]: f["geometry"]["coordinates"][0] for f in features}
    for where in ARRONDISSEMENTS:
        rng = dice(1, where.number)
        assert all(_contains(rings[where.number], *where.circle.place(rng)) for _ in range(100)), where


def _contains(ring: list[tuple[float, float]], x: float, y: float) -> bool:
    crossings = 0
    for (x0, y0), (x1, y1) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            crossings += 1
    return crossings % 2 == 1
