"""JSON (RFC 8259) as sources really send it: whole or refused with the position, bare `nan` read as null."""

import json
import re
import sys
from collections.abc import Callable
from typing import Any

from belib_platform.sources.bounds import refuse_large
from belib_platform.sources.records import BodyError

_NON_NUMBER = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|(-?(?:nan|inf(?:inity)?))', re.IGNORECASE | re.DOTALL)
"""A string, or in its group what some writers put for a number that is none; outside strings JSON has no such word."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_BEGINS_A_LIST = re.compile(rb"(?:\xef\xbb\xbf)?\s*\[")

_CONTINUATIONS = bytes(range(0x80, 0xC0))
"""Bytes that go on with a character of UTF-8."""

QUOTED = 40
"""Characters quoted where a body stops being JSON."""


def parse(body: bytes) -> tuple[Any, int]:
    """The value of a whole JSON text, and how many numbers that are none were read as null.

    Raises BodyError with the position where the text breaks off or stops being JSON, and where it exceeds a bound.
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
    """As `parse`, of a JSON text that is an object. Raises BodyError where it is none, too."""
    value, non_number_count = parse(body)
    if not isinstance(value, dict):
        raise BodyError(f"is not an object but a {type(value).__name__}")
    return value, non_number_count


def object_in(text: bytes) -> dict[str, Any]:
    """The object that a whole JSON text is; empty where it is none, breaks off or exceeds a bound."""
    try:
        return parse_object(text)[0]
    except BodyError:
        return {}


def begin_of(head: bytes) -> bytes:
    """What a body begins with, without a byte order mark and blanks before it."""
    return head.removeprefix(_BYTE_ORDER_MARK).lstrip()


def begins_a_list(body: bytes) -> bool:
    """Whether a body begins like a JSON list; a large body is not copied for it."""
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
    """A decoder that tells of each number that is none and reads it as null."""
    return json.JSONDecoder(parse_constant=on_non_number, parse_int=_integer)


def is_non_number(text: str, at: int) -> bool:
    """Whether the text has there what stands for a number that is none."""
    return text[at : at + 4].lower().lstrip("-")[:3] in ("nan", "inf")


def with_numbers(text: str) -> str:
    """The text with what stands for a number that is none as Python spells it, as wide, so that positions hold."""
    spelt = bytearray(text.encode())
    for match in _NON_NUMBER.finditer(bytes(spelt)):
        if match[1]:
            spelt[match.start() : match.end()] = b"NaN".rjust(len(match[1]))
    return spelt.decode()


def characters(body: bytes) -> int:
    """How many characters a body in UTF-8 has; counted without a text, which takes up to four times as much memory."""
    return len(body.translate(None, delete=_CONTINUATIONS))


def text_of(body: bytes) -> str:
    """A body's text; a byte order mark is no part of it. Raises BodyError where it is not UTF-8."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BodyError(f"is not UTF-8: {error.reason} at byte {error.start:,} of {len(body):,}") from error


def fault(error: json.JSONDecodeError) -> str:
    """What is wrong with a text, without the "at" with which some of the decoder's messages end."""
    return error.msg.removesuffix(" at")


def position(text: str, at: int, before: int = 0, of: int | None = None) -> str:
    """Where something is in a text, given how many characters lie before it and are in all, where it is a part."""
    where = f"at character {before + at:,} of {len(text) if of is None else of:,}"
    rest = " ".join(text[at : at + QUOTED].split())
    return f"{where}, where it says {rest!r}" if rest else f"{where}, where it ends"


def _integer(digits: str) -> int | float:
    """An integer; one of more digits than Python reads is as infinite as 1e400 is."""
    return int(digits) if len(digits) < sys.int_info.default_max_str_digits else float(digits)
