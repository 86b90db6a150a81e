"""The data set `arrondissements` of the simulated portal: a border around each circle with stations."""

import json
import math
from typing import Any, Final

from belib_platform.simulator.arrondissements import ARRONDISSEMENTS, Arrondissement
from belib_platform.simulator.dice import dice

CORNERS: Final = 14
WIDER: Final = (1.1, 1.5)
"""Range of a corner's distance from the centre, in radii, so that borders are irregular and enclose all stations."""


def arrondissement_records(seed: int) -> list[dict[str, Any]]:
    """Records of `/records`, in random order."""
    records = [_properties(arrondissement) for arrondissement in ARRONDISSEMENTS]
    dice(seed, "arrondissements").shuffle(records)
    return records


def arrondissements_geojson(seed: int) -> bytes:
    """The body of `/exports/geojson`, deterministic by seed."""
    border = {a.number: _border(seed, a) for a in ARRONDISSEMENTS}
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
        "geom_x_y": {"lon": arrondissement.longitude, "lat": arrondissement.latitude},
    }


def _border(seed: int, arrondissement: Arrondissement) -> dict[str, Any]:
    rng = dice(seed, "border", arrondissement.number)
    ring = [
        arrondissement.offset(arrondissement.radius_km * rng.uniform(*WIDER), math.tau * corner / CORNERS)
        for corner in range(CORNERS)
    ]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
