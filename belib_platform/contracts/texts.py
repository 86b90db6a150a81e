"""Texts of others, such as publishers, as they stand in our sentences: on one line, and not longer than a bound."""

from typing import Any

LENGTH = 200
"""Characters of a text, at most."""


def in_line(text: str) -> str:
    """A text on one line, without characters that nobody sees."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def cut(text: str) -> str:
    """The beginning of a text on one line."""
    line = in_line(text[: 2 * LENGTH])
    return line if len(line) <= LENGTH else f"{line[: LENGTH - 1]}…"


def in_lines(value: Any) -> Any:
    """A value of JSON, whose texts are cut."""
    match value:
        case str():
            return cut(value)
        case list():
            return [in_lines(one) for one in value]
        case dict():
            return {name: in_lines(one) for name, one in value.items()}
    return value
