"""The words of the view Fiabilité / Reliability."""

from belib_platform.page.words.word import Word

WORDS: dict[str, Word] = {}
