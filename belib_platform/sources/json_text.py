"""JSON (RFC 8259) as sources really send it: whole or refused with the position, bare `nan` read as null."""

import json
import re
from typing import Any

from belib_platform.sources.records import BodyError

_NON_NUMBER = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"|(-?(?:nan|inf(?:inity)?))', re.IGNORECASE | re.DOTALL)
"""A string, or in its group what some writers put for a number that is none; outside strings JSON has no such word."""

QUOTED = 40
"""Characters quoted where a body stops being JSON."""


def parse(body: bytes) -> tuple[Any, int]:
    """The value of a whole JSON text, and how many numbers that are none were read as null.

    Raises BodyError with the position where the text breaks off or stops being JSON.
    """
    non_numbers: list[str] = []
    text = _NON_NUMBER.sub(_as_python_spells_it, text_of(body))
    try:
        value = json.loads(text, parse_constant=non_numbers.append)
    except json.JSONDecodeError as error:
        raise BodyError(f"is not whole JSON: {error.msg} {_position(text, error.pos)}") from error
    except RecursionError as error:
        raise BodyError("is JSON nested too deeply to be read") from error
    except ValueError as error:
        raise BodyError(f"holds a number that cannot be read: {error}") from error
    return value, len(non_numbers)


def text_of(body: bytes) -> str:
    """A body's text; a byte order mark is no part of it. Raises BodyError where it is not UTF-8."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BodyError(f"is not UTF-8: {error.reason} at byte {error.start:,} of {len(body):,}") from error


def _as_python_spells_it(match: re.Match[str]) -> str:
    """`NaN`, as wide as what it stands for, so that positions stay true."""
    return "NaN".rjust(len(match[0])) if match[1] else match[0]


def _position(text: str, at: int) -> str:
    where = f"at character {at:,} of {len(text):,}"
    rest = " ".join(text[at : at + QUOTED].split())
    return f"{where}, where it says {rest!r}" if rest else f"{where}, where it ends"
