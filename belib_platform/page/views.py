"""The views of the page, in their order, and all words of the page.

A view NAME is a template `templates/views/NAME.html`, a script `static/NAME.js` that adds `VIEWS.NAME` with `start()`
(once) and `show()` (whenever it is to be shown anew), and words in `words/NAME.py`.
"""

import re

from belib_platform.page.words import audiences, bikes, data, now, page, reliability, tomorrow, trends, weather, when
from belib_platform.page.words.word import Language, Word

VIEWS = ("now", "when", "tomorrow", "trends", "weather", "reliability", "audiences", "data")

WORDS: dict[str, Word] = {
    name: word
    for words in (page, bikes, now, when, tomorrow, trends, weather, reliability, audiences, data)
    for name, word in words.WORDS.items()
}


FRENCH_SPACES = re.compile(r" (?=[;:!?»%])|(?<=«) ")
"""Spaces at which a French line does not break."""


def words_of(language: Language) -> dict[str, str]:
    """All words in a language, by their names."""
    if language == "en":
        return {name: word.en for name, word in WORDS.items()}
    return {name: FRENCH_SPACES.sub("\N{NARROW NO-BREAK SPACE}", word.fr) for name, word in WORDS.items()}
