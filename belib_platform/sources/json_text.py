"""JSON (RFC 8259) as sources really send it: bare `nan` is read as null; errors name the position."""

import json
import re
import sys
from collections.abc import Callable
from typing import Any

from belib_platform.sources.bounds import refuse_large
from belib_platform.sources.records import BodyError

_NON_NUMBER = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|(-?(?:nan|inf(?:inity)?))', re.IGNORECASE | re.DOTALL)
"""A string, or in its group what some writers put for NaN or infinity; outside strings JSON has no such word."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_BEGINS_A_LIST = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[")

_CONTINUATIONS = bytes(range(0x80, 0xC0))
"""Continuation bytes of UTF-8."""

QUOTED = 40
"""Characters that an error quotes from its position on."""


def parse(body: bytes) -> tuple[Any, int]:
    """The value of a JSON text, and how many NaN and infinities were read as null.

    Raises BodyError, with the position, if the text is no complete JSON, and if it exceeds a bound.
    """
    refuse_large(body)
    non_numbers: list[str] = []
    text = text_of(body)
    try:
        value = _value(text, non_numbers)
    except json.JSONDecodeError as error:
        raise BodyError(f"is not whole JSON: {fault(error)} {position(text, error.pos)}") from error
    except RecursionError as error:
        raise BodyError("is JSON nested too deeply to be read") from error
    return value, len(non_numbers)


def parse_object(body: bytes) -> tuple[dict[str, Any], int]:
    """Like `parse`, for a JSON object. Raises BodyError also for any other value."""
    value, non_number_count = parse(body)
    if not isinstance(value, dict):
        raise BodyError(f"is not an object but a {type(value).__name__}")
    return value, non_number_count


def object_in(text: bytes) -> dict[str, Any]:
    """The object in a JSON text; empty if it is none, incomplete or exceeds a bound."""
    try:
        return parse_object(text)[0]
    except BodyError:
        return {}


def begin_of(head: bytes) -> bytes:
    """The beginning of a body without byte order mark and leading blanks."""
    return head.removeprefix(_BYTE_ORDER_MARK).lstrip()


def begins_a_list(body: bytes) -> bool:
    """Whether a body begins like a JSON list; does not copy the body."""
    return _BEGINS_A_LIST.match(body) is not None


def _value(text: str, non_numbers: list[str]) -> Any:
    decode = decoder(non_numbers.append).decode
    try:
        return decode(text)
    except json.JSONDecodeError as error:
        if not is_non_number(text, error.pos):
            raise
    non_numbers.clear()
    return decode(with_numbers(text))


def decoder(on_non_number: Callable[[str], None]) -> json.JSONDecoder:
    """A decoder that reads NaN and infinity as null, and calls `on_non_number` for each."""
    return json.JSONDecoder(parse_constant=on_non_number, parse_int=_integer)


def is_non_number(text: str, at: int) -> bool:
    """Whether the text has NaN or infinity at this index, in any spelling."""
    return text[at : at + 4].lower().lstrip("-")[:3] in ("nan", "inf")


def with_numbers(text: str) -> str:
    """The text with each NaN and infinity replaced by `NaN` of the same width, so that positions stay."""
    spelt = bytearray(text.encode())
    for match in _NON_NUMBER.finditer(bytes(spelt)):
        if match[1]:
            spelt[match.start() : match.end()] = b"NaN".rjust(len(match[1]))
    return spelt.decode()


def characters(body: bytes) -> int:
    """How many characters a body in UTF-8 has; not decoded for it, which would take up to four times the memory."""
    return len(body.translate(None, delete=_CONTINUATIONS))


def text_of(body: bytes) -> str:
    """The text of a body without its byte order mark. Raises BodyError if it is not UTF-8."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BodyError(f"is not UTF-8: {error.reason} at byte {error.start:,} of {len(body):,}") from error


def fault(error: json.JSONDecodeError) -> str:
    """The decoder's message, without the "at" with which some end."""
    return error.msg.removesuffix(" at")


def position(text: str, at: int, before: int = 0, of: int | None = None) -> str:
    """Describes an index of a text; of a part, with the characters before it (`before`) and of the whole (`of`)."""
    where = f"at character {before + at:,} of {len(text) if of is None else of:,}"
    rest = " ".join(text[at : at + QUOTED].split())
    return f"{where}, where it says {rest!r}" if rest else f"{where}, where it ends"


def _integer(digits: str) -> int | float:
    """An integer; infinity, like 1e400, if it has more digits than Python reads."""
    return int(digits) if len(digits) < sys.int_info.default_max_str_digits else float(digits)
