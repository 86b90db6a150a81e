"""Instants written as a `strptime` pattern describes: in the name of a file, or in a column."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

from belib_platform.sources.calendar_bounds import in_utc

DEFAULT_PATTERNS = ("%Y-%m-%dT%H%M%SZ", "%Y%m%dT%H%M%SZ")

_DIGITS = {
    "Y": r"\d{4}", "y": r"\d{2}", "m": r"\d{2}", "d": r"\d{2}", "j": r"\d{3}",
    "H": r"\d{2}", "M": r"\d{2}", "S": r"\d{2}", "f": r"\d{1,6}", "z": r"(?:Z|[+-]\d{2}:?\d{2})", "%": "%",
}  # fmt: skip
"""What each directive of a pattern looks like; those written in words depend on the locale and are left out."""


def to_the_millisecond(instant: datetime) -> datetime:
    """An aware instant in UTC, truncated to what the stores keep."""
    utc = instant.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


def finder(pattern: str) -> Callable[[str], datetime | None]:
    """A function that finds the last instant (UTC) written in a path as a `strptime` pattern describes, or None.

    It is in UTC unless the pattern has an offset.
    Raises ValueError for a pattern with a directive that has no digits, with one twice, or without a day.
    """
    regex = re.compile(rf"(?<!\d){_regex(pattern)}(?!\d)")

    def find(path: str) -> datetime | None:
        instants = (in_utc(partial(datetime.strptime, text, pattern)) for text in reversed(regex.findall(path)))
        return next(filter(None, instants), None)  # digits that are no instant give None

    return find


def cell_reader(pattern: str) -> Callable[[str], datetime | None]:
    """A function that reads a text which, as a whole, is written as a `strptime` pattern describes.

    The time has a zone only where the pattern has one (`%z`, or Z, UTC or GMT as its end); what is written otherwise
    is None. Raises ValueError as `finder` does.
    """
    regex, zone = re.compile(_regex(pattern)), UTC if pattern.endswith(("Z", "UTC", "GMT")) else None

    def read(text: str) -> datetime | None:
        try:
            found = datetime.strptime(text, pattern) if regex.fullmatch(text) else None  # noqa: DTZ007 - callers know it
        except ValueError:
            return None  # the digits are no instant
        return found.replace(tzinfo=found.tzinfo or zone) if found else None

    return read


def _regex(pattern: str) -> str:
    written = re.findall("%(.?)", pattern, re.DOTALL)
    directives = set(written)
    unknown = sorted(directives - _DIGITS.keys())
    if unknown:
        raise ValueError(f"the time format {pattern!r} has %{unknown[0]}; known are %{', %'.join(_DIGITS)}")
    if len(directives) < len(written):
        raise ValueError(f"the time format {pattern!r} names something twice")
    if not (directives & {"Y", "y"} and ({"m", "d"} <= directives or "j" in directives)):
        raise ValueError(f"the time format {pattern!r} names no day")
    return re.sub("%(.)", lambda match: _DIGITS[match[1]], re.sub(r"[^\w%]", r"\\\g<0>", pattern))


def finders(patterns: Sequence[str] = DEFAULT_PATTERNS) -> Callable[[str], datetime | None]:
    """As `finder`, for the first of several patterns that is found."""
    each = [finder(pattern) for pattern in patterns]
    return lambda path: next((instant for find in each if (instant := find(path))), None)
