"""The words of the view Tendances / Trends."""

from belib_platform.page.words.word import Word

WORDS: dict[str, Word] = {}
