"""The words of the view Données / Data."""

from belib_platform.page.words.word import Word

WORDS: dict[str, Word] = {}
