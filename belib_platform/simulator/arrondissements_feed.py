"""The data set `arrondissements` of the simulated portal: a city, divided between the circles with stations."""

import json
import math
from typing import Any, Final

from belib_platform.simulator.arrondissements import ARRONDISSEMENTS, CITY, Arrondissement
from belib_platform.simulator.dice import dice

WIDTH: Final = 1.32
"""Width of the ellipse around the city, in heights."""

CORNERS: Final = 60
UNEVEN: Final = (1.0, 1.06)
"""Range of a corner's distance from the centre, in those of the ellipse."""

Plane = list[tuple[float, float]]
"""Corners of a polygon, km east and north of the city's centre."""


def arrondissement_records(seed: int) -> list[dict[str, Any]]:
    """Records of `/records`, in random order."""
    records = [_properties(arrondissement) for arrondissement in ARRONDISSEMENTS]
    dice(seed, "arrondissements").shuffle(records)
    return records


def arrondissements_geojson(seed: int) -> bytes:
    """The body of `/exports/geojson`, deterministic by seed."""
    city = _city(seed)
    border = {a.number: _border(city, a) for a in ARRONDISSEMENTS}
    features = [
        {"type": "Feature", "geometry": border[record["c_ar"]], "properties": record}
        for record in arrondissement_records(seed)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def _properties(arrondissement: Arrondissement) -> dict[str, Any]:
    number = arrondissement.number
    return {
        "n_sq_ar": 750000000 + number,
        "c_ar": number,
        "c_arinsee": 75100 + number,
        "l_ar": "1er Ardt" if number == 1 else f"{number}ème Ardt",
        "l_aroff": f"Simulated {number:02d}",
        "geom_x_y": {"lon": arrondissement.circle.longitude, "lat": arrondissement.circle.latitude},
    }


def _city(seed: int) -> Plane:
    rng = dice(seed, "city")
    corners = [(math.tau * n / CORNERS, CITY.radius_km * rng.uniform(*UNEVEN)) for n in range(CORNERS)]
    return [(WIDTH * distance * math.cos(angle), distance * math.sin(angle)) for angle, distance in corners]


def _border(city: Plane, arrondissement: Arrondissement) -> dict[str, Any]:
    """A convex cell that encloses the circle: what has the least power with respect to it, of all circles."""
    own, cell = arrondissement.circle, city
    x, y = CITY.in_plane(own.longitude, own.latitude)
    for other in ARRONDISSEMENTS:
        if other != arrondissement:
            east, north = CITY.in_plane(other.circle.longitude, other.circle.latitude)
            limit = east**2 + north**2 - other.circle.radius_km**2 - x**2 - y**2 + own.radius_km**2
            cell = _cut(cell, 2 * (east - x), 2 * (north - y), limit)
    ring = [CITY.offset(math.hypot(*corner), math.atan2(corner[1], corner[0])) for corner in cell]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def _cut(polygon: Plane, a: float, b: float, limit: float) -> Plane:
    """The part of a convex polygon in which a·x + b·y ≤ limit."""
    kept: Plane = []
    for (x, y), (next_x, next_y) in zip(polygon, [*polygon[1:], polygon[0]], strict=True):
        outside, next_outside = a * x + b * y - limit, a * next_x + b * next_y - limit
        if outside <= 0:
            kept.append((x, y))
        if (outside < 0) != (next_outside < 0):
            share = outside / (outside - next_outside)
            kept.append((x + share * (next_x - x), y + share * (next_y - y)))
    return kept
