"""Records of bike stations as the portal and the operator send them, made for tests."""

from typing import Any

LABELS = {
    "stationcode": "Identifiant station",
    "name": "Nom station",
    "is_installed": "Station en fonctionnement",
    "capacity": "Capacité de la station",
    "numdocksavailable": "Nombre bornettes libres",
    "numbikesavailable": "Nombre total vélos disponibles",
    "mechanical": "Vélos mécaniques disponibles",
    "ebike": "Vélos électriques disponibles",
    "is_renting": "Borne de paiement disponible",
    "is_returning": "Retour vélib possible",
    "duedate": "Actualisation de la donnée",
    "coordonnees_geo": "Coordonnées géographiques",
    "nom_arrondissement_communes": "Nom communes équipées",
    "code_insee_commune": "Code INSEE communes équipées",
}
"""Labels of the portal's CSV exports."""


def code(number: int) -> str:
    """The code of a station: in the first ten arrondissements, a hundred each."""
    return str(1000 * (number // 100 % 10 + 1) + number % 100 + 1)


def bikes(number: int, mechanical: int = 4, ebike: int = 3, **changes: Any) -> dict[str, Any]:
    """One record of the real-time data set, with 30 docks; a change of `...` leaves the field out."""
    record = {
        "stationcode": code(number),
        "name": f"Rue du Hérisson - Quai {number}",
        "is_installed": "OUI",
        "capacity": 30,
        "numdocksavailable": 20,
        "numbikesavailable": mechanical + ebike,
        "mechanical": mechanical,
        "ebike": ebike,
        "is_renting": "OUI",
        "is_returning": "OUI",
        "duedate": "2026-10-06T02:30:01+00:00",
        "coordonnees_geo": {"lon": 2.35, "lat": 48.85},
        "nom_arrondissement_communes": "Paris",
        "code_insee_commune": "75056",
        "station_opening_hours": None,
        **changes,
    }
    return {name: value for name, value in record.items() if value is not ...}


def gbfs_status(*records: dict[str, Any], reported_at: int = 1_791_253_801) -> dict[str, Any]:
    """The operator's `station_status` of these records; its station_ids are no codes."""
    stations = [
        {
            "station_id": 213_000_000 + index,
            "num_bikes_available": record["numbikesavailable"],
            "numBikesAvailable": record["numbikesavailable"],
            "num_bikes_available_types": [{"mechanical": record["mechanical"]}, {"ebike": record["ebike"]}],
            "num_docks_available": record["numdocksavailable"],
            "numDocksAvailable": record["numdocksavailable"],
            **{flag: int(record[flag] == "OUI") for flag in ("is_installed", "is_returning", "is_renting")},
            "last_reported": reported_at,
            "stationCode": record["stationcode"],
        }
        for index, record in enumerate(records)
    ]
    return {"lastUpdatedOther": reported_at + 100, "ttl": 3600, "data": {"stations": stations}}


def gbfs_information(*records: dict[str, Any]) -> dict[str, Any]:
    """The operator's `station_information` of these records."""
    stations = [
        {
            "station_id": 213_000_000 + index,
            "stationCode": record["stationcode"],
            "name": record["name"],
            "lat": record["coordonnees_geo"]["lat"],
            "lon": record["coordonnees_geo"]["lon"],
            "capacity": record["capacity"],
        }
        for index, record in enumerate(records)
    ]
    return {"lastUpdatedOther": 1, "ttl": 3600, "data": {"stations": stations}}
