"""French labels and colours for the fields of the indices and for their values."""

from typing import Final

FIELD_LABELS: Final = {
    "document_id": "Identifiant du document",
    "charge_point_id": "Point de charge",
    "hour_at": "Heure (début)",
    "hour_local": "Heure du jour (Paris)",
    "day_of_week": "Jour de la semaine",
    "local_date": "Date (Paris)",
    "is_public_holiday": "Jour férié",
    "is_school_holiday": "Vacances scolaires (zone C)",
    "station_id": "Station (identifiant)",
    "station_name": "Station",
    "address": "Adresse",
    "power_kw": "Puissance (kW ; 0 = inconnue)",
    "power_label": "Puissance",
    "arrondissement": "Arrondissement (numéro)",
    "arrondissement_label": "Arrondissement",
    "location": "Emplacement",
    "status": "État",
    "status_since_at": "Dans cet état depuis",
    "last_seen_at": "Vu pour la dernière fois",
    "is_current": "Vu au dernier relevé",
    "source_updated_at": "Horodatage de l'opérateur",
    "point_count": "Points de charge",
    "available_s": "Temps libre (point·h)",
    "charging_s": "Temps occupé (point·h)",
    "reserved_s": "Temps réservé (point·h)",
    "out_of_order_s": "Temps en panne (point·h)",
    "unknown_s": "Temps sans contact (point·h)",
    "not_in_service_s": "Temps hors service prévu (point·h)",
    "unobserved_s": "Temps non observé (point·h ou station·h)",
    "observed_s": "Temps observé (point·h)",
    "total_s": "Temps total (point·h)",
    "no_point_free_s": "Temps sans aucun point libre (h)",
    "occupancy_ratio": "Occupation",
    "observed_ratio": "Couverture",
    "weather_provider": "Prévision de",
    "temperature_c": "Température prévue (°C)",
    "precipitation_mmh": "Pluie prévue (mm/h)",
    "is_raining": "Pluie prévue",
    "wind_speed_kmh": "Vent prévu (km/h)",
    "cloud_cover_ratio": "Nébulosité prévue",
    "station_code": "Station (code)",
    "area_label": "Arrondissement ou commune",
    "capacity": "Bornettes",
    "service": "Service",
    "bikes": "Vélos disponibles",
    "mechanical": "Vélos mécaniques",
    "ebike": "Vélos électriques",
    "docks": "Places libres",
    "open_s": "Temps ouverte (station·h)",
    "closed_s": "Temps fermée (station·h)",
    "not_reporting_s": "Temps sans nouvelles (station·h)",
    "no_bike_s": "Temps sans vélo (station·h)",
    "no_ebike_s": "Temps sans vélo électrique (station·h)",
    "no_dock_s": "Temps sans place (station·h)",
    "no_bike_ratio": "Part du temps sans vélo",
    "no_dock_ratio": "Part du temps sans place",
    "bike_mean": "Vélos, en moyenne",
    "ebike_mean": "Vélos électriques, en moyenne",
    "dock_mean": "Places libres, en moyenne",
    "out_lower": "Vélos pris (au moins)",
    "in_lower": "Vélos rendus (au moins)",
}

STATUS_LABELS: Final = {
    "AVAILABLE": "Libre",
    "CHARGING": "Occupé",
    "RESERVED": "Réservé",
    "OUTOFORDER": "En panne",
    "UNKNOWN": "Sans contact",
    "PLANNED": "Prévu",
    "INOPERATIVE": "Pas en service",
    "REMOVED": "Supprimé",
}

STATUS_COLORS: Final = {
    "AVAILABLE": "#2E9E5B",
    "CHARGING": "#3B6FB6",
    "RESERVED": "#8E6BBF",
    "OUTOFORDER": "#C8372D",
    "UNKNOWN": "#E0A030",
    "PLANNED": "#9AA5B1",
    "INOPERATIVE": "#6B7785",
    "REMOVED": "#3E4650",
}

SERVICE_LABELS: Final = {"OPEN": "Ouverte", "CLOSED": "Fermée", "NOT_REPORTING": "Sans nouvelles"}

DAYS: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def _either(yes: str, no: str) -> dict[str, str]:
    """Labels of a boolean: documents contain true and false, Elasticsearch's aggregations return 1 and 0."""
    return {"true": yes, "false": no, "1": yes, "0": no}


VALUE_LABELS: Final = {
    "status": STATUS_LABELS,
    "service": SERVICE_LABELS,
    "day_of_week": {str(number): day for number, day in enumerate(DAYS, start=1)},
    "is_public_holiday": _either("Jour férié", "Jour non férié"),
    "is_school_holiday": _either("Vacances scolaires", "Hors vacances"),
    "is_raining": _either("Pluie prévue", "Temps sec prévu"),
    "is_current": _either("Vu au dernier relevé", "Pas vu au dernier relevé"),
}
