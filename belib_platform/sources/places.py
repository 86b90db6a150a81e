"""Read a place in any of the forms that portals have sent, as degrees of WGS 84."""

import math
import re
from collections.abc import Mapping
from typing import Final

_POINT = r"[+-]?\d+(?:\.\d+)?"
_COMMA = r"[+-]?\d+,\d+"

_LATITUDE_LONGITUDE: Final = (
    re.compile(rf"(?![+-]?\d+,[+-]?\d+\Z)({_POINT})\s*[,;]\s*({_POINT})"),
    re.compile(rf"({_COMMA})(?:\s*;\s*|\s*,\s+|\s+)({_COMMA})"),
)
"""Two numbers with decimal points; or with decimal commas, and something else than a bare comma between them.

Two whole numbers with a bare comma between them are one number with a decimal comma, and so no place.
"""

_AXES: Final = (("lon", "lat"), ("longitude", "latitude"))


class PlaceError(Exception):
    """The value is not a place."""


def place_of(sent: object) -> dict[str, float] | None:
    """`lon` and `lat`, or None if both are null. Raises PlaceError.

    Supported: an object with `lon` and `lat`, or `longitude` and `latitude`; a GeoJSON Point (RFC 7946); a list of
    latitude and longitude (Explore API v1.0); a text of latitude and longitude (CSV exports). Numbers may be texts,
    with a decimal point or comma. `field_types.coordinates` checks whether the place is plausible.
    """
    match sent:
        case {"type": "Point", "coordinates": [longitude, latitude, *_]}:
            return _place(longitude, latitude)
        case Mapping():
            return _place(*_of_object(sent))
        case [latitude, longitude]:
            return _place(longitude, latitude)
        case str():
            for form in _LATITUDE_LONGITUDE:
                if parts := form.fullmatch(sent.strip()):
                    return _place(parts[2], parts[1])
    raise PlaceError


def _of_object(sent: Mapping[object, object]) -> tuple[object, object]:
    for longitude, latitude in _AXES:
        if longitude in sent or latitude in sent:
            return sent.get(longitude), sent.get(latitude)
    raise PlaceError


def _place(longitude: object, latitude: object) -> dict[str, float] | None:
    if longitude is None and latitude is None:
        return None
    return {"lon": _degrees(longitude), "lat": _degrees(latitude)}


def _degrees(sent: object) -> float:
    if isinstance(sent, bool) or not isinstance(sent, int | float | str):
        raise PlaceError
    try:
        degrees = float(sent.replace(",", ".") if isinstance(sent, str) else sent)
    except (ValueError, OverflowError) as error:
        raise PlaceError from error
    if not math.isfinite(degrees):
        raise PlaceError
    return degrees
