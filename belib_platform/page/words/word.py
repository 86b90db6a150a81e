"""A text in each language of the page."""

from typing import Literal, NamedTuple

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")


class Word(NamedTuple):
    """A text in each language."""

    fr: str
    en: str
