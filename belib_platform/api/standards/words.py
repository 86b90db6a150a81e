"""What each standard calls our states, and what it cannot say of them.

Sources: IRVE schema-dynamique 2.3 (etalab), OCPI 2.3.0 (mod_locations, Status), DATEX II v3 AFIR profile 01-00-00
(RefillPointStatusEnum), GBFS 3.0 (station_status).
"""

from collections.abc import Mapping
from typing import NamedTuple

UNOBSERVED = None
"""The state of a charge point or bike station of which no observation holds."""


class Words(NamedTuple):
    """The words of the standards for one of our states; None where the standard leaves such a charge point out."""

    irve: tuple[str, str] | None
    ocpi: str | None
    datex: str


WORDS: dict[str | None, Words] = {
    "AVAILABLE": Words(("en_service", "libre"), "AVAILABLE", "available"),
    "CHARGING": Words(("en_service", "occupe"), "CHARGING", "occupied"),
    "RESERVED": Words(("en_service", "reserve"), "RESERVED", "reserved"),
    "OUTOFORDER": Words(("hors_service", "inconnu"), "OUTOFORDER", "outOfOrder"),
    "UNKNOWN": Words(("inconnu", "inconnu"), "UNKNOWN", "unknown"),
    "INOPERATIVE": Words(("hors_service", "inconnu"), "INOPERATIVE", "inoperative"),
    "PLANNED": Words(("hors_service", "inconnu"), "PLANNED", "planned"),
    "REMOVED": Words(None, "REMOVED", "removed"),
    UNOBSERVED: Words(("inconnu", "inconnu"), "UNKNOWN", "unknown"),
}
"""`Occupé (en charge)` may be a car that no longer charges. DATEX II has a word for that; OCPI has not."""

Said = Mapping[str | None, tuple[str, str] | str | None]
"""A standard's word for each of our states; None where it leaves such a thing out."""

CHARGE_POINT_STANDARDS: dict[str, Said] = {
    "IRVE dynamique": {state: words.irve for state, words in WORDS.items()},
    "OCPI": {state: words.ocpi for state, words in WORDS.items()},
    "DATEX II": {state: words.datex for state, words in WORDS.items()},
}

BIKE_STATION_STANDARDS: dict[str, Said] = {
    "GBFS": {
        "open": "is_installed, is_renting, is_returning",
        "closed": "one of these is false",
        "not_reporting": "what it reported last, with an old last_reported",
        UNOBSERVED: None,
    }
}


def losses(said: Said) -> dict[str, list[str]]:
    """The states that a standard does not tell apart, by its word for them, and under "left out" those it omits."""
    by_word: dict[str, list[str]] = {}
    for state, word in said.items():
        by_word.setdefault(_written(word), []).append(state or "unobserved")
    return {word: states for word, states in by_word.items() if len(states) > 1 or word == "left out"}


def loss_matrix(standards: Mapping[str, Said]) -> str:
    """A table in Markdown: our states, each standard's word, and in italics what more than one state is called."""
    lines = [f"| our state | {' | '.join(standards)} |", "|---|" + "---|" * len(standards)]
    for state in next(iter(standards.values())):
        cells = []
        for said in standards.values():
            word = _written(said[state])
            cells.append(f"*{word}*" if word in losses(said) else word)
        lines.append(f"| {state or 'unobserved'} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _written(word: tuple[str, str] | str | None) -> str:
    return "left out" if word is None else " / ".join(word) if isinstance(word, tuple) else word
