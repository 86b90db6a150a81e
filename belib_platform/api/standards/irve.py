"""IRVE dynamique (etalab schema-irve 2.3): one row per charge point, all eight columns in their order."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from belib_platform.api.standards.words import WORDS
from belib_platform.contracts.json_values import written

COLUMNS = (
    "id_pdc_itinerance",
    "etat_pdc",
    "occupation_pdc",
    "horodatage",
    "etat_prise_type_2",
    "etat_prise_type_combo_ccs",
    "etat_prise_type_chademo",
    "etat_prise_type_ef",
)

CONNECTORS = ("has_type_2", "has_combo_ccs", "has_chademo", "has_ef")
"""Our columns of the last four."""

OF_CONNECTOR = {"en_service": "fonctionnel", "hors_service": "hors_service", "inconnu": "inconnu"}


def irve_csv(points: Iterable[Mapping[str, Any]], newest_at: datetime) -> str:
    """The file; `horodatage` is when the newest response was requested. Removed charge points are left out."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(_rows(points, written(newest_at)))
    return text.getvalue()


def _rows(points: Iterable[Mapping[str, Any]], at: str) -> Iterator[list[str]]:
    for point in points:
        if words := WORDS[point["status"]].irve:
            state, occupation = words
            connectors = [OF_CONNECTOR[state] if point[column] else "" for column in CONNECTORS]
            yield [point["national_id"], state, occupation, at, *connectors]
