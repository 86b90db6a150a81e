"""What each standard calls our states, and what it cannot say of them.

Sources: IRVE schema-dynamique 2.3 (etalab), OCPI 2.3.0 (mod_locations, Status), DATEX II v3 AFIR profile 01-00-00
(RefillPointStatusEnum).
"""

from typing import NamedTuple

UNOBSERVED = None
"""The state of a charge point of which no observation holds."""


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

STANDARDS = {"IRVE dynamique": "irve", "OCPI": "ocpi", "DATEX II": "datex"}


def losses(field: str) -> dict[str, list[str]]:
    """The states that a standard does not tell apart, by its word for them, and under "left out" those it omits."""
    by_word: dict[str, list[str]] = {}
    for state, words in WORDS.items():
        word = getattr(words, field)
        said = "left out" if word is None else " / ".join(word) if isinstance(word, tuple) else word
        by_word.setdefault(said, []).append(state or "unobserved")
    return {word: states for word, states in by_word.items() if len(states) > 1 or word == "left out"}


def loss_matrix() -> str:
    """A table in Markdown: our states, each standard's word, and in italics what more than one state is called."""
    lines = [f"| our state | {' | '.join(STANDARDS)} |", "|---|" + "---|" * len(STANDARDS)]
    for state, words in WORDS.items():
        cells = []
        for field in STANDARDS.values():
            word = getattr(words, field)
            said = "*left out*" if word is None else " / ".join(word) if isinstance(word, tuple) else word
            cells.append(f"*{said}*" if said in losses(field) else said)
        lines.append(f"| {state or 'unobserved'} | {' | '.join(cells)} |")
    return "\n".join(lines)
