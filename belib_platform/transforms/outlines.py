"""Outlines: borders with fewer corners, for drawing (the algorithm of Douglas and Peucker)."""

import json
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

TOLERANCE_M = 15.0
"""How far a corner that is left out may lie from the outline."""

DECIMALS = 5
"""Of a degree: 1 m."""

METRES_A_DEGREE = 111_320.0
"""Along a meridian, and along the equator."""

Array = npt.NDArray[np.float64]


def outlined(borders: pl.DataFrame) -> pl.DataFrame:
    """The rows with `outline`, made from `geometry`; both are Polygons or MultiPolygons as GeoJSON."""
    return borders.with_columns(pl.col("geometry").map_elements(_outline, pl.String).alias("outline"))


def _outline(geometry: str) -> str:
    border = json.loads(geometry)
    if border["type"] == "Polygon":
        border["coordinates"] = _polygon(border["coordinates"])
    else:
        border["coordinates"] = [_polygon(polygon) for polygon in border["coordinates"]]
    return json.dumps(border, separators=(",", ":"))


def _polygon(rings: list[list[list[float]]]) -> list[Any]:
    """The outer ring counterclockwise, holes clockwise."""
    simplified = [_simplified(np.array([position[:2] for position in ring], np.float64)) for ring in rings]
    turned = [
        ring if _is_counterclockwise(ring) == (index == 0) else ring[::-1] for index, ring in enumerate(simplified)
    ]
    return [ring.round(DECIMALS).tolist() for ring in turned]


def _simplified(ring: Array) -> Array:
    """The ring (degrees, its first position again at the end) without corners that make no visible difference.

    It begins with the two corners that are kept in any case: the first, and the one farthest from it. A ring of which
    less than a triangle would be left stays as it is.
    """
    metres = (ring - ring[0]) * METRES_A_DEGREE
    metres[:, 0] *= np.cos(np.radians(ring[0, 1]))
    farthest = int(np.hypot(metres[:, 0], metres[:, 1]).argmax())
    kept = {0, farthest, len(ring) - 1}
    stretches = [(0, farthest), (farthest, len(ring) - 1)]
    while stretches:
        first, last = stretches.pop()
        distances = _distances(metres[first + 1 : last], metres[first], metres[last])
        if distances.max(initial=0) > TOLERANCE_M:
            corner = first + 1 + int(distances.argmax())
            kept.add(corner)
            stretches += [(first, corner), (corner, last)]
    return ring[sorted(kept)] if len(kept) > 3 else ring


def _distances(positions: Array, start: Array, end: Array) -> Array:
    """Metres from each position to the line between two others."""
    along = end - start
    length = along @ along
    share = np.clip((positions - start) @ along / length, 0, 1) if length else np.zeros(len(positions))
    away = positions - start - share[:, None] * along
    return np.hypot(away[:, 0], away[:, 1])


def _is_counterclockwise(ring: Array) -> bool:
    (x, y), (next_x, next_y) = ring[:-1].T, ring[1:].T
    return float(((next_x - x) * (next_y + y)).sum()) < 0
