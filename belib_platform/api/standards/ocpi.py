"""OCPI 2.3.0 Locations: stations with their EVSEs and connectors.

OCPI wants of every connector a format, a voltage and a current, which nobody publishes for Belib'. They are derived: a
plug that is held in place has a cable, and the current follows from the power at the usual voltage. A station without
a place, and a charge point without a known connector or power, cannot be said in OCPI and are left out.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from math import sqrt
from typing import Any, NamedTuple

from belib_platform.api.standards.words import WORDS
from belib_platform.contracts.json_values import written

COUNTRY, PARTY = "FR", "V75"

ADDRESS_CHARACTERS = 45


class Plug(NamedTuple):
    """OCPI's ConnectorType and ConnectorFormat, and whether the current is direct."""

    standard: str
    format: str
    is_dc: bool = False


PLUGS = {
    "has_ef": Plug("DOMESTIC_E", "SOCKET"),
    "has_type_2": Plug("IEC_62196_T2", "SOCKET"),
    "has_type_3": Plug("IEC_62196_T3C", "SOCKET"),
    "has_combo_ccs": Plug("IEC_62196_T2_COMBO", "CABLE", is_dc=True),
    "has_chademo": Plug("CHADEMO", "CABLE", is_dc=True),
}
"""By our column."""

ONE_PHASE_KW = 7.4
"""Most power of one phase: 230 V, 32 A."""


def locations(points: Iterable[Mapping[str, Any]], newest_at: datetime) -> list[dict[str, Any]]:
    """Locations of charge points sorted by station; `last_updated` is since when the newest of their statuses holds."""
    found = []
    for _, of_station in groupby(points, key=lambda point: point["station_id"]):
        some = list(of_station)
        evses = [_evse(point, connectors, newest_at) for point in some if (connectors := _connectors(point, newest_at))]
        if evses and some[0]["longitude"] is not None and some[0]["latitude"] is not None:
            found.append(_location(some[0], evses))
    return found


def _location(point: Mapping[str, Any], evses: Sequence[dict[str, Any]]) -> dict[str, Any]:
    postcode = {"postal_code": f"75{point['arrondissement']:03d}"} if point["arrondissement"] else {}
    return {
        "country_code": COUNTRY,
        "party_id": PARTY,
        "id": point["station_id"].replace("*", "")[:36],
        "publish": True,
        "name": point["station_name"] or point["station_id"],
        "address": (point["address"] or "Paris")[:ADDRESS_CHARACTERS],
        "city": "Paris",
        **postcode,
        "country": "FRA",
        "coordinates": {"latitude": f"{point['latitude']:.6f}", "longitude": f"{point['longitude']:.6f}"},
        "evses": list(evses),
        "time_zone": "Europe/Paris",
        "last_updated": max(evse["last_updated"] for evse in evses),
    }


def _evse(point: Mapping[str, Any], connectors: list[dict[str, Any]], newest_at: datetime) -> dict[str, Any]:
    return {
        "uid": point["charge_point_id"],
        "evse_id": point["charge_point_id"],
        "status": WORDS[point["status"]].ocpi,
        "connectors": connectors,
        "last_updated": written(point["since_at"] or newest_at),
    }


def _connectors(point: Mapping[str, Any], newest_at: datetime) -> list[dict[str, Any]]:
    return list(_each_connector(point, written(point["since_at"] or newest_at))) if point["power_kw"] else []


def _each_connector(point: Mapping[str, Any], at: str) -> Iterator[dict[str, Any]]:
    watts = point["power_kw"] * 1000
    plugs = [plug for column, plug in PLUGS.items() if point[column]]
    for number, plug in enumerate(plugs, 1):
        if plug.is_dc:
            kind, volts, amperes = "DC", 400, watts / 400
        elif point["power_kw"] <= ONE_PHASE_KW:
            kind, volts, amperes = "AC_1_PHASE", 230, watts / 230
        else:
            kind, volts, amperes = "AC_3_PHASE", 400, watts / (400 * sqrt(3))
        yield {
            "id": str(number),
            "standard": plug.standard,
            "format": plug.format,
            "power_type": kind,
            "max_voltage": volts,
            "max_amperage": round(amperes),
            "max_electric_power": round(watts),
            "last_updated": at,
        }
