"""Paris's twenty arrondissements and their borders (opendata.paris.fr, ODbL), as GeoJSON (RFC 7946)."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import polars as pl

from belib_platform.contracts.contract import conform
from belib_platform.contracts.search import BelibArrondissements
from belib_platform.sources import explore, json_text
from belib_platform.sources.cadence import DAILY
from belib_platform.sources.records import BodyError
from belib_platform.sources.source import Source
from belib_platform.sources.verdict import Verdict, refused

DATASET = "arrondissements"
NUMBER, NAME = "c_ar", "l_aroff"
ALL = set(range(1, 21))


def is_arrondissements(document: Mapping[str, Any]) -> bool:
    """Whether a GeoJSON object's first feature is an arrondissement."""
    features = document.get("features")
    first = features[0] if isinstance(features, list) and features else None
    return isinstance(first, dict) and NUMBER in (first.get("properties") or {})


def decode(body: bytes) -> pl.DataFrame:
    """Documents of BelibArrondissements, by number. Raises BodyError, which names what is missing or wrong."""
    document, _ = json_text.parse(body)
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise BodyError("is no GeoJSON FeatureCollection")
    rows = [_row(index, feature) for index, feature in enumerate(features)]
    numbers = [row["arrondissement"] for row in rows]
    if sorted(numbers) != sorted(ALL):
        lacking = ", ".join(map(str, sorted(ALL - set(numbers)))) or "none"
        raise BodyError(f"does not hold each arrondissement once: {len(rows)} features, lacking {lacking}")
    return conform(BelibArrondissements, pl.DataFrame(rows).sort("arrondissement"))


def judge(body: bytes, media_type: str) -> Verdict:  # noqa: ARG001 - there is one form only
    """Sound: complete, with each of the twenty once, its name and its border."""
    try:
        return Verdict(is_sound=True, reason=None, record_count=decode(body).height)
    except BodyError as error:
        return refused(f"The body {error}.")


def _row(index: int, feature: Any) -> dict[str, Any]:
    properties, geometry = _part(feature, "properties"), _part(feature, "geometry")
    number, name = properties.get(NUMBER), properties.get(NAME)
    if number not in ALL or not isinstance(name, str):
        raise BodyError(f"has at position {index} a feature without {NUMBER} from 1 to 20 and {NAME}")
    if not _is_border(geometry.get("type"), geometry.get("coordinates")):
        raise BodyError(f"has no border for arrondissement {number}")
    return {
        "arrondissement_label": f"{number:02d}",
        "arrondissement": number,
        "arrondissement_name": name,
        "geometry": json.dumps(geometry),
    }


def _is_border(kind: Any, coordinates: Any) -> bool:
    """Whether this is a Polygon or MultiPolygon all of whose rings can be drawn."""
    match kind:
        case "Polygon":
            return _is_list_of(_is_ring, coordinates)
        case "MultiPolygon":
            return _is_list_of(partial(_is_list_of, _is_ring), coordinates)
    return False


def _is_ring(ring: Any) -> bool:
    return _is_list_of(_is_position, ring) and len(ring) > 3 and ring[0] == ring[-1]


def _is_position(position: Any) -> bool:
    return (
        _is_list_of(lambda number: isinstance(number, int | float), position)
        and len(position) > 1
        and abs(position[0]) <= 180
        and abs(position[1]) <= 90
    )


def _is_list_of(is_one: Callable[[Any], bool], value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(map(is_one, value))


def _part(feature: Any, name: str) -> dict[str, Any]:
    part = feature.get(name) if isinstance(feature, dict) else None
    return part if isinstance(part, dict) else {}


ARRONDISSEMENTS = Source(
    name="arrondissements",
    title="borders of the arrondissements",
    description="Every edition of the arrondissements' borders, byte for byte. They hardly ever change; maps need "
    "them, and the edition that a map shows stays known.",
    collection="raw_arrondissements",
    cadence=DAILY,
    pool=explore.POOL,
    request=partial(explore.export, dataset=DATASET, form="geojson"),
    judge=judge,
    announcement=partial(explore.count, dataset=DATASET),
    recognise=is_arrondissements,
)
