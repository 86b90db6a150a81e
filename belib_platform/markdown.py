"""Markdown for Dagster's UI that shows foreign texts literally."""

import re
from typing import Final

import polars as pl

LONGEST = 200
"""Maximum number of characters shown of a cell."""

_BACKTICKS: Final = re.compile("`+")
_PIPE: Final = "&#124;"


def literal(text: str) -> str:
    """Markdown that shows a text literally on one line, with escape sequences for unprintable characters.

    The text is put into code spans. Escaping punctuation would not be enough, since the UI turns URLs into links after
    it has resolved escapes. A pipe would end a table's cell even within a code span, so it is placed between two spans.
    """
    line = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return _PIPE.join(_code(part) for part in line.split("|"))


def _code(text: str) -> str:
    """A code span whose fence is longer than any sequence of backticks in the text."""
    if not text:
        return ""
    fence = "`" * (1 + max(map(len, _BACKTICKS.findall(text)), default=0))
    is_stripped = text.strip() and text.startswith(" ") and text.endswith(" ")
    room = " " if is_stripped or "`" in (text[0], text[-1]) else ""
    return f"{fence}{room}{text}{room}{fence}"


def table(frame: pl.DataFrame) -> str:
    """A frame as a Markdown table; texts are shown literally, and truncated if they are long."""
    rows = [frame.columns, ["---"] * frame.width, *([_cell(value) for value in row] for row in frame.iter_rows())]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(value: object) -> str:
    if value is None:
        return "null"
    shown = str(value)
    if not isinstance(value, str | list | dict):
        return shown
    return literal(shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…")
