"""The operator's feeds of Vélib', in a form near GBFS 1.0, as records with the portal's field names.

`station_status` gives bikes by type as a list of objects with one key each, and each count twice; both feeds have
`stationCode` beside the internal `station_id`. Field names: opendata.paris.fr, `velib-disponibilite-en-temps-reel`.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

GBFS: Final = "application/vnd.gbfs+json"
"""Our media type for a body that is such a feed."""

_NAMES: Final = {
    "stationcode": ("stationCode",),
    "numbikesavailable": ("num_bikes_available", "numBikesAvailable"),
    "numdocksavailable": ("num_docks_available", "numDocksAvailable"),
    "is_installed": ("is_installed",),
    "is_renting": ("is_renting",),
    "is_returning": ("is_returning",),
    "duedate": ("last_reported",),
    "name": ("name",),
    "capacity": ("capacity",),
}

_TYPES: Final = ("num_bikes_available_types", "numBikesAvailableTypes")


def is_feed(value: Any) -> bool:
    """Whether the value is an object with `data.stations`, as both feeds are."""
    return isinstance(value, dict) and isinstance(value.get("data"), dict) and "stations" in value["data"]


def station_records(value: Any) -> Iterator[Any]:
    """The stations of a feed as records of the portal; what is no object is returned unchanged."""
    stations = value["data"]["stations"] if is_feed(value) else None
    return map(_record, stations if isinstance(stations, list) else [])


def _record(station: Any) -> Any:
    if not isinstance(station, Mapping):
        return station
    sent = {name: station[key] for name, keys in _NAMES.items() for key in reversed(keys) if key in station}
    if "lat" in station and "lon" in station:
        sent["coordonnees_geo"] = {"lon": station["lon"], "lat": station["lat"]}
    types: list[Any] = next((station[key] for key in _TYPES if isinstance(station.get(key), list)), [])
    return sent | {kind: count for one in types if isinstance(one, Mapping) for kind, count in one.items()}
