"""The domain's words: OCPI statuses, their French sources, the shape of ids. Crosswalk: OCPI 2.2.1 and IRVE."""

import re
import unicodedata
from typing import Final

CHARGE_POINT_ID: Final = r"^FR\*V75\*E(PX\d\d|\d{4}|HBS[A-Z]{2}\*[A-Z]{3})\*\d\d\*\d{1,2}$"
"""Covered every `id_pdc` published from 2022 to 2026."""

STATUS_OF_WORD: Final = {
    "disponible": "AVAILABLE",
    "occupe (en charge)": "CHARGING",
    "reserve": "RESERVED",
    "en maintenance": "OUTOFORDER",
    "inconnu": "UNKNOWN",
    "pas implemente": "INOPERATIVE",
    "en cours de mise en service": "INOPERATIVE",
    "mise en service planifie": "PLANNED",
    "supprime": "REMOVED",
}
"""OCPI status of each normalised word of `statut_pdc` (masculine form)."""

STATUSES: Final = tuple(dict.fromkeys(STATUS_OF_WORD.values()))


def normalise(word: str) -> str:
    """A status word without accents, case, doubled spaces or feminine endings."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c)).lower()
    return re.sub(r"\b(occupe|reserve|supprime|implemente|planifie|inconnu)e\b", r"\1", " ".join(plain.split()))
