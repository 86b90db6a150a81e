"""The simulated static data set, published once a day, with the peculiarities of the real one."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from belib_platform.simulator.city import ChargePoint
from belib_platform.simulator.dice import dice
from belib_platform.simulator.rhythm import PARIS_TIME

MISSING_SHARE: Final = 0.014
"""Share of charge points that are missing on one day and present on another."""

OPERATOR: Final = {
    "num_pdl": "00000000000000",
    "siren_amenageur": "000000000",
    "contact_amenageur": "assistance@example.org",
    "nom_amenageur": "BELIB SIMULATED",
    "nom_operateur": "BELIB SIMULATED",
    "contact_operateur": "assistance@example.org",
    "telephone_operateur": "01 99 00 00 00",
    "nom_enseigne": "Belib'",
    "tarification": "https://belib.example.org",
}

SOCKETS: Final = {
    "prise_type_ef": (3, 4, 7, 22),
    "prise_type_2": (3, 7, 22, 43),
    "prise_type_combo_ccs": (22, 50),
    "prise_type_chademo": (22, 50),
    "prise_type_autre": (),
    "prise_type_3": (22,),
}
"""Power (kW) of the charge points with each socket."""


def static_body(seed: int, points: list[ChargePoint], day: date) -> bytes:
    """The JSON list published on a UTC day: 42 fields, on some days 41; the name of one field has two spellings."""
    rng = dice(seed, "edition", day)
    rows = [_row(seed, p) for p in points if p.is_static and rng.random() >= MISSING_SHARE]
    if rng.random() < 0.5:
        rows += [_placeholder(row) for row in rng.sample(rows, min(3, len(rows)))]
    if rng.random() < 0.3 and rows:
        rows.append(_invented(rows[0]))
    rng.shuffle(rows)
    is_older_form, has_no_meter = rng.random() < 0.3, rng.random() < 0.3
    for row in rows:
        if is_older_form:
            row["coordonneesXY"] = row.pop("coordonneesxy")
        if has_no_meter:
            del row["num_pdl"]
    return json.dumps(rows).encode()


def _row(seed: int, point: ChargePoint) -> dict[str, Any]:
    station = point.station
    rng = dice(seed, "papers", station.station_id)
    commissioned_at = datetime(2021, 3, 15, 9, tzinfo=UTC) + timedelta(seconds=rng.randint(0, 10**8))
    return {
        "id_pdc_local": point.charge_point_id,
        "statut_pdc": "En service",
        "arrondissement": station.arrondissement.label,
        "id_station_local": station.station_id,
        "id_station_itinerance": station.station_id.replace("*", ""),
        "nom_station": f"Paris | {station.street} {station.address.split()[0]}",
        "code_insee_commune": station.published_insee_code,
        "implantation_station": "Parking public" if station.is_car_park else "Voirie",
        "nbre_pdc": str(rng.choice((3, 4, 5, 6, 6, 6, 7))),
        "date_maj": "2024-07-01",
        "condition_acces": "Accès libre",
        "adresse_station": station.address,
        "coordonneesxy": {"lon": station.longitude, "lat": station.latitude},
        "gratuit": "false",
        "paiement_acte": "true",
        "paiement_cb": "true" if rng.random() < 0.9 else "false",
        "paiement_autre": "true",
        "reservation": "false",
        "observations": ["Paiement autre - badge, application, QRCode sur chaque PDC"],
        **OPERATOR,
        "id_pdc_itinerance": point.charge_point_id.replace("*", ""),
        "date_mise_en_service": commissioned_at.astimezone(PARIS_TIME).isoformat(),
        "accessibilite_pmr": "Réservé PMR" if rng.random() < 0.03 else "Non accessible",
        "restriction_gabarit": "Hauteur maximale 1.90m" if station.is_car_park else "aucune restriction",
        "station_deux_roues": str(point.power_kw == 3),
        "puissance_nominale": str(point.power_kw),
        **{socket: str(point.power_kw in powers) for socket, powers in SOCKETS.items()},
        "horaires": "24/7",
        "raccordement": "Direct",
    }


def _placeholder(row: dict[str, Any]) -> dict[str, Any]:
    """A record of a station without charge points."""
    unknown = ["id_pdc_local", "id_pdc_itinerance", "date_mise_en_service", "puissance_nominale", *SOCKETS]
    return row | dict.fromkeys(unknown) | {"statut_pdc": "En test", "nbre_pdc": "0"}


def _invented(row: dict[str, Any]) -> dict[str, Any]:
    """A record like the invented test record that was published in the real data set."""
    return row | {
        "id_pdc_local": "FR*V92*EFICTIF*01*1",
        "id_pdc_itinerance": "FRV92EFICTIF011",
        "nom_station": "Puteaux | point fictif",
        "adresse_station": "1 Rue Fictive 92800 Puteaux",
        "code_insee_commune": "92062",
        "arrondissement": None,
    }
