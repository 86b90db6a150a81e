"""GBFS 3.0 (MobilityData): Vélib' as a system of docked bikes.

A station without a place cannot be said in GBFS and is left out, and so is the status of an unobserved station: GBFS
has no word for what nobody knows.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from belib_platform.contracts.json_values import written

VERSION = "3.0"

MECHANICAL, ELECTRIC = "mechanical", "ebike"

RANGE_M = 50_000
"""Range of an electric Vélib', which GBFS requires: what Paris and the operator said when they presented it on
25 October 2017. No data set has it."""

SYSTEM_ID = "belib_platform_velib"


def enveloped(data: Mapping[str, Any], newest_at: datetime, ttl_s: int) -> dict[str, Any]:
    """What a feed says, in the envelope that each has."""
    return {"last_updated": written(newest_at), "ttl": ttl_s, "version": VERSION, "data": data}


def discovery(urls: Mapping[str, str]) -> dict[str, Any]:
    """Where the feeds are, by name."""
    return {"feeds": [{"name": name, "url": url} for name, url in urls.items()]}


def system_information(contact_email: str, *, is_simulated: bool) -> dict[str, Any]:
    """Whose system it is, and under which terms its data is. Simulated data has a name and an id of its own."""
    return {
        "system_id": f"{SYSTEM_ID}_simulated" if is_simulated else SYSTEM_ID,
        "languages": ["fr"],
        "name": _text("Vélib' simulé" if is_simulated else "Vélib' Métropole"),
        "opening_hours": "24/7",
        "operator": _text("Smovengo"),
        "url": "https://www.velib-metropole.fr",
        "feed_contact_email": contact_email,
        "timezone": "Europe/Paris",
        "license_id": "ODbL-1.0",
        "attribution_organization_name": _text("Ville de Paris"),
        "attribution_url": "https://opendata.paris.fr",
    }


def vehicle_types() -> dict[str, Any]:
    """The two kinds of bikes."""
    mechanical = {
        "vehicle_type_id": MECHANICAL,
        "form_factor": "bicycle",
        "propulsion_type": "human",
        "name": _text("Vélib' mécanique"),
    }
    electric = {
        "vehicle_type_id": ELECTRIC,
        "form_factor": "bicycle",
        "propulsion_type": "electric_assist",
        "max_range_meters": RANGE_M,
        "name": _text("Vélib' électrique"),
    }
    return {"vehicle_types": [mechanical, electric]}


def station_information(stations: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Where the stations are. A station without a name is called by its code."""
    return {"stations": [_information(station) for station in stations if _has_place(station)]}


def station_status(stations: Iterable[Mapping[str, Any]], newest_at: datetime) -> dict[str, Any]:
    """Bikes and docks of the observed stations.

    `last_reported` is the station's own stamp; without any, when the newest response was requested.
    """
    observed = [station for station in stations if _has_place(station) and station["mechanical"] is not None]
    return {"stations": [_status(station, newest_at) for station in observed]}


def _information(station: Mapping[str, Any]) -> dict[str, Any]:
    capacity = {} if station["capacity"] is None else {"capacity": station["capacity"]}
    return {
        "station_id": station["station_code"],
        "name": _text(station["station_name"] or station["station_code"]),
        "lat": station["latitude"],
        "lon": station["longitude"],
        **capacity,
    }


def _status(station: Mapping[str, Any], newest_at: datetime) -> dict[str, Any]:
    return {
        "station_id": station["station_code"],
        "num_vehicles_available": station["mechanical"] + station["ebike"],
        "vehicle_types_available": [
            {"vehicle_type_id": MECHANICAL, "count": station["mechanical"]},
            {"vehicle_type_id": ELECTRIC, "count": station["ebike"]},
        ],
        "num_docks_available": station["docks"],
        "is_installed": station["is_installed"],
        "is_renting": station["is_renting"],
        "is_returning": station["is_returning"],
        "last_reported": written(station["last_reported_at"] or newest_at),
    }


def _has_place(station: Mapping[str, Any]) -> bool:
    return station["longitude"] is not None and station["latitude"] is not None


def _text(text: str) -> list[dict[str, str]]:
    return [{"text": text, "language": "fr"}]
