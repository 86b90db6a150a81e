"""Vocabulary of OCPI 2.2.1 and IRVE: statuses, their French words, and patterns of ids."""

import re
import unicodedata
from typing import Final

import polars as pl

CHARGE_POINT_ID: Final = r"^FR\*V75\*E(PX[0-9]{2}|[0-9]{4}|HBS[A-Z]{2}\*[A-Z]{3})\*[0-9]{2}\*[0-9]{1,2}$"
"""Matches every `id_pdc` published from 2022 to 2026."""

STATION_ID: Final = r"^FR\*V75\*[A-Z0-9*]+$"
"""Pattern of Belib's station ids; the static set may contain others."""

BIKE_STATION_CODE: Final = r"^[1-9][0-9]{3,4}(_[a-z]+)?$"
"""Matches Vélib's `stationcode`: the arrondissement or a number of the commune, and three digits."""

_SPACES = "\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_ZERO_WIDTH = "\xad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"

BLANK: Final = f"[{_SPACES}{_ZERO_WIDTH}]"
"""Pattern, for Python's `re` and for polars, of invisible characters: spaces, tabs, line ends, zero-width and direction
marks."""

_BLANKS: Final = re.compile(f"{BLANK}+")

NOT_BLANK: Final = f"[^{_SPACES}{_ZERO_WIDTH}]"

PUBLISHED_WORDS: Final = {
    "Disponible": "AVAILABLE",
    "Occupé (en charge)": "CHARGING",
    "Réservé": "RESERVED",
    "En maintenance": "OUTOFORDER",
    "Inconnu": "UNKNOWN",
    "Pas implémenté": "INOPERATIVE",
    "En cours de mise en service": "INOPERATIVE",
    "Mise en service planifiée": "PLANNED",
    "Supprimé": "REMOVED",
}
"""OCPI status of each word of `statut_pdc`, as the portal spells it."""


def normalise(word: str) -> str:
    """A status word without accents, upper case, superfluous blanks and feminine endings."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c)).lower()
    plain = re.sub(r" ?([()]) ?", r" \1 ", " ".join(re.sub(f"[{_ZERO_WIDTH}]", "", plain).split()))
    plain = plain.replace("( ", "(").replace(" )", ")").strip()
    return re.sub(r"\b(occupe|reserve|supprime|implemente|planifie|inconnu)e\b", r"\1", plain)


STATUS_OF_WORD: Final = {normalise(word): status for word, status in PUBLISHED_WORDS.items()}
"""OCPI status of each normalised word of `statut_pdc` (masculine form)."""

STATUSES: Final = tuple(dict.fromkeys(STATUS_OF_WORD.values()))

_PUBLISHED: Final = {normalise(word): word for word in PUBLISHED_WORDS}


def published_words(words: pl.Series) -> pl.Series:
    """Status words in the portal's spelling; unknown words are unchanged."""
    unusual = [word for word in words.drop_nulls().unique() if word not in PUBLISHED_WORDS]
    spelt = {word: _PUBLISHED[plain] for word in unusual if (plain := normalise(word)) in _PUBLISHED}
    return words.replace(spelt) if spelt else words


def normalised_id(name: str, pattern: str = CHARGE_POINT_ID) -> pl.Expr:
    """Ids in upper case without blanks, if they then match the pattern; others are unchanged.

    Numbers of connectors are not changed: `*1` and `*01` are different ids.
    """
    spelt = pl.col(name).str.replace_all(f"{BLANK}+", "").str.to_uppercase()
    return pl.when(spelt.str.contains(pattern)).then(spelt).otherwise(name)


def normalised_text_of_id(text: str) -> str:
    """`normalised_id` for a single id of a charge point."""
    spelt = _BLANKS.sub("", text).upper()
    return spelt if re.match(CHARGE_POINT_ID, spelt) else text
