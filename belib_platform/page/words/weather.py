"""The words of the view Météo / Weather."""

from belib_platform.page.words.word import Word

WORDS: dict[str, Word] = {}
