"""Markdown for Dagster's UI that shows what others wrote as they wrote it."""

import re
from typing import Final

import polars as pl

LONGEST = 200
"""Characters shown of a cell."""

_BACKTICKS: Final = re.compile("`+")
_PIPE: Final = "&#124;"


def literal(text: str) -> str:
    """Markdown that shows a text as it is, on one line; what cannot be printed is shown by its escape sequence.

    The text stands in code spans, in which nothing is Markdown. To escape its punctuation would not be enough: the UI
    makes links of all that looks like an address, and does so once the escapes are gone. A pipe ends a cell of a table
    even in a code span, so that it stands between two.
    """
    line = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
    return _PIPE.join(_code(part) for part in line.split("|"))


def _code(text: str) -> str:
    """A code span; its fence is longer than any row of backticks within."""
    if not text:
        return ""
    fence = "`" * (1 + max(map(len, _BACKTICKS.findall(text)), default=0))
    is_stripped = text.strip() and text.startswith(" ") and text.endswith(" ")
    room = " " if is_stripped or "`" in (text[0], text[-1]) else ""
    return f"{fence}{room}{text}{room}{fence}"


def table(frame: pl.DataFrame) -> str:
    """A frame as a table, its texts shown as they are and cut where they are long."""
    rows = [frame.columns, ["---"] * frame.width, *([_cell(value) for value in row] for row in frame.iter_rows())]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _cell(value: object) -> str:
    if value is None:
        return "null"
    shown = str(value)
    if not isinstance(value, str | list | dict):
        return shown
    return literal(shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…")
