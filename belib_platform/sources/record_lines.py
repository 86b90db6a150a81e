"""Records in other forms than a JSON list: one per line (JSON Lines), features of GeoJSON (RFC 7946), GBFS."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from belib_platform.sources import gbfs, json_text
from belib_platform.sources.records import BodyError

NDJSON: Final = "application/x-ndjson"
GEOJSON: Final = "application/geo+json"

PLACES = ("coordonneesxy", "coordonneesXY", "coordonnees_geo")
"""Fields of a record that may contain its place."""

_LINE_ENDS = re.compile(rb"\}\s*\n\s*\{")
"""Between two records; a JSON string contains no line feed, so this matches nowhere else."""


def as_list(body: bytes, media_type: str) -> tuple[bytes, int]:
    """A body of records as a JSON list, and how many NaN and infinities were read as null for it.

    A body of another media type is returned unchanged. Raises BodyError for GeoJSON that is no complete
    FeatureCollection.
    """
    if media_type == NDJSON:
        return b"[" + _LINE_ENDS.sub(b"},{", json_text.begin_of(body).rstrip()) + b"]", 0
    if media_type in OBJECTS:
        value, non_number_count = json_text.parse(body)
        return json.dumps(list(OBJECTS[media_type].records(value))).encode(), non_number_count
    return body, 0


def feature_records(value: Any) -> Iterator[Any]:
    """The records in a FeatureCollection, as `record_of_feature` returns them. Raises BodyError for any other value."""
    features = value.get("features") if is_feature_collection(value) else None
    if not isinstance(features, list):
        raise BodyError("is no GeoJSON FeatureCollection")
    return map(record_of_feature, features)


def is_feature_collection(value: Any) -> bool:
    """Whether the value is an object of the type FeatureCollection."""
    return isinstance(value, dict) and value.get("type") == "FeatureCollection"


def record_of_feature(feature: Any) -> Any:
    """The properties of a feature, with its point as the place if they have none; any other value unchanged."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(properties, dict):
        return feature
    place = _point(feature.get("geometry"))
    has_place = any(properties.get(name) is not None for name in PLACES)
    return properties if has_place or place is None else {**properties, PLACES[0]: place}


def _point(geometry: Any) -> Mapping[str, Any] | None:
    match geometry:
        case {"type": "Point", "coordinates": [longitude, latitude, *_]}:
            return {"lon": longitude, "lat": latitude}  # values that are no numbers are counted later
    return None


class ObjectForm(NamedTuple):
    """Objects that hold records: whether a value is one, and its records."""

    is_one: Callable[[Any], bool]
    records: Callable[[Any], Iterable[Any]]


OBJECTS: Final = {
    GEOJSON: ObjectForm(is_feature_collection, feature_records),
    gbfs.GBFS: ObjectForm(gbfs.is_feed, gbfs.station_records),
}
"""By media type."""


def object_form(value: Any) -> str | None:
    """The media type of an object that holds records, or None."""
    return next((media_type for media_type, form in OBJECTS.items() if form.is_one(value)), None)
