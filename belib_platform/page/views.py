"""The views of the page, in their order, and all words of the page.

A view NAME is a template `templates/views/NAME.html`, a script `static/NAME.js` that defines an object NAME with
`start()` (once) and `show()` (whenever it is to be shown anew), and words in `words/NAME.py`.
"""

from belib_platform.page.words import audiences, data, now, page, reliability, trends, weather, when
from belib_platform.page.words.word import Language, Word

VIEWS = ("now", "when", "trends", "weather", "reliability", "audiences", "data")

WORDS: dict[str, Word] = {
    name: word
    for words in (page, now, when, trends, weather, reliability, audiences, data)
    for name, word in words.WORDS.items()
}


def words_of(language: Language) -> dict[str, str]:
    """All words in a language, by their names."""
    return {name: getattr(word, language) for name, word in WORDS.items()}
