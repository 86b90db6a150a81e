"""The words of the view Pour qui / For whom."""

from belib_platform.page.words.word import Word

WORDS: dict[str, Word] = {}
