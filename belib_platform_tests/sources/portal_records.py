"""Records as the portal sends them, made for tests."""

from typing import Any


def live(number: int, **changes: Any) -> dict[str, Any]:
    """One record of the real-time data set; a change of `...` leaves the field out."""
    record = {
        "id_pdc": f"FR*V75*EPX{number // 6 % 90 + 10}*11*{number % 6 + 1}",
        "statut_pdc": "Disponible",
        "last_updated": "2026-10-06T04:30:01+02:00",
        "coordonneesxy": {"lon": 2.35, "lat": 48.85},
        "adresse_station": "37 Rue la Boétie 75008 Paris",
        "code_insee_commune": "75108",
        "arrondissement": "08e Arrondissement",
        "url_description_pdc": "https://portal.invalid",
        **changes,
    }
    return {name: value for name, value in record.items() if value is not ...}
