"""Records as the portal's other exports write them: one a line (JSON Lines), or as features of GeoJSON (RFC 7946)."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from belib_platform.sources import json_text
from belib_platform.sources.records import BodyError

NDJSON: Final = "application/x-ndjson"
GEOJSON: Final = "application/geo+json"

PLACES = ("coordonneesxy", "coordonneesXY")
"""Names under which a record may say its place itself."""

_LINE_ENDS = re.compile(rb"\}\s*\n\s*\{")
"""Between two records; in JSON a text holds no line feed, so that no other place looks like it."""


def as_list(body: bytes, media_type: str) -> tuple[bytes, int]:
    """A body of records as a JSON list, and how many numbers that are none were read as null on the way.

    A body of any other media type stays as it is. Raises BodyError for GeoJSON that is no whole FeatureCollection.
    """
    if media_type == NDJSON:
        return b"[" + _LINE_ENDS.sub(b"},{", json_text.begin_of(body).rstrip()) + b"]", 0
    if media_type == GEOJSON:
        value, non_number_count = json_text.parse(body)
        return json.dumps(list(feature_records(value))).encode(), non_number_count
    return body, 0


def feature_records(value: Any) -> Iterator[Any]:
    """The properties of each feature; the geometry of a point is its place where the properties tell none.

    Raises BodyError where the value is no FeatureCollection.
    """
    features = value.get("features") if is_feature_collection(value) else None
    if not isinstance(features, list):
        raise BodyError("is no GeoJSON FeatureCollection")
    return map(record_of_feature, features)


def is_feature_collection(value: Any) -> bool:
    """Whether this is an object that says of itself to be a FeatureCollection."""
    return isinstance(value, dict) and value.get("type") == "FeatureCollection"


def record_of_feature(feature: Any) -> Any:
    """A feature as the record it stands for; what is no feature stays as it is, to be rejected by name."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        return feature
    place = _point(feature.get("geometry"))
    is_told = any(properties.get(name) is not None for name in PLACES)
    return properties if is_told or place is None else {**properties, PLACES[0]: place}


def _point(geometry: Any) -> Mapping[str, Any] | None:
    match geometry:
        case {"type": "Point", "coordinates": [longitude, latitude, *_]}:
            return {"lon": longitude, "lat": latitude}  # what is no number is counted where the record is read
    return None
