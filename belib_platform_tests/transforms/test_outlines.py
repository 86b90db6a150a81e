"""An outline has fewer corners than its border, and no corner of the border is far from it."""

import json
import math
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from belib_platform.sources.arrondissements import decode
from belib_platform.transforms.outlines import METRES_A_DEGREE, TOLERANCE_M, outlined

ROUNDED_M = 1.0
LONGITUDE, LATITUDE = 2.35, 48.85

Position = tuple[float, float]
Ring = list[Position]


def outline(kind: str, coordinates: Any) -> Any:
    border = json.dumps({"type": kind, "coordinates": coordinates})
    [made] = outlined(pl.DataFrame({"geometry": [border]}))["outline"]
    told = json.loads(made)
    assert told["type"] == kind
    return told["coordinates"]


def at(east_m: float, north_m: float) -> Position:
    """The position so many metres from the middle of Paris."""
    per_longitude = METRES_A_DEGREE * math.cos(math.radians(LATITUDE))
    return LONGITUDE + east_m / per_longitude, LATITUDE + north_m / METRES_A_DEGREE


def metres(position: Position) -> Position:
    per_longitude = METRES_A_DEGREE * math.cos(math.radians(LATITUDE))
    return (position[0] - LONGITUDE) * per_longitude, (position[1] - LATITUDE) * METRES_A_DEGREE


def circle(radius_m: float, corners: int, *, clockwise: bool = False) -> Ring:
    turns = [n / corners * math.tau * (-1 if clockwise else 1) for n in range(corners)]
    ring = [at(radius_m * math.cos(turn), radius_m * math.sin(turn)) for turn in turns]
    return [*ring, ring[0]]


def distance(position: Position, ring: Ring) -> float:
    """Metres to the nearest point of a ring."""
    x, y = metres(position)
    nearest = math.inf
    for start, end in pairwise(ring):
        (x0, y0), (x1, y1) = metres(start), metres(end)
        length = (x1 - x0) ** 2 + (y1 - y0) ** 2
        share = min(max(((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / length, 0), 1) if length else 0
        nearest = min(nearest, math.hypot(x - x0 - share * (x1 - x0), y - y0 - share * (y1 - y0)))
    return nearest


def area(ring: Ring) -> float:
    """Square metres; negative if the ring is clockwise."""
    corners = [metres(position) for position in ring]
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(corners)) / 2


@given(st.lists(st.tuples(st.integers(-3000, 3000), st.integers(-3000, 3000)), min_size=3, max_size=60))
def test_no_corner_of_a_border_is_far_from_its_outline(corners: list[tuple[int, int]]) -> None:
    border = [at(*corner) for corner in [*corners, corners[0]]]
    [ring] = outline("Polygon", [border])
    assert ring[0] == ring[-1]
    assert 4 <= len(ring) <= len(border)
    assert max(distance(position, ring) for position in border) <= TOLERANCE_M + ROUNDED_M
    assert all(round(number, 5) == number for position in ring for number in position)


def test_corners_that_nobody_would_see_are_left_out() -> None:
    [ring] = outline("Polygon", [circle(2000, 1000)])
    assert len(ring) < 40
    assert area(ring) == pytest.approx(math.pi * 2000**2, rel=0.02)


def test_a_ring_of_which_less_than_a_triangle_would_be_left_stays() -> None:
    [ring] = outline("Polygon", [circle(5, 8)])
    assert len(ring) == 9


@pytest.mark.parametrize("clockwise", [False, True])
def test_outer_rings_are_counterclockwise_and_holes_clockwise(clockwise: bool) -> None:
    polygon = [circle(2000, 50, clockwise=clockwise), circle(500, 50, clockwise=clockwise)]
    for outer, hole in (outline("Polygon", polygon), *outline("MultiPolygon", [polygon, polygon])):
        assert area(outer) > 0 > area(hole)


def test_heights_are_left_out() -> None:
    [ring] = outline("Polygon", [[[*position, 35.0] for position in circle(1000, 12)]])
    assert {len(position) for position in ring} == {2}


def test_the_recorded_borders_become_a_twentieth(recorded: Callable[[str], Path]) -> None:
    borders = decode(recorded("geo/arrondissements_2024_explore21.geojson").read_bytes())
    made = outlined(borders)
    assert made["outline"].str.len_bytes().sum() * 20 < borders["geometry"].str.len_bytes().sum()
