"""Lines of a file of any size, one in memory at a time."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from belib_platform.recordings.recorded_file import BODY_LIMIT


class Line(NamedTuple):
    """A line by number, from 1; `text` is None if it is too long, `is_ended` False without a line feed at its end."""

    number: int
    text: bytes | None
    is_ended: bool


def lines_of(chunks: Iterable[bytes], limit: int = BODY_LIMIT) -> Iterator[Line]:
    """The lines, including blank ones; those of more than `limit` bytes have no text."""
    number, rest, is_long = 1, bytearray(), False
    for chunk in chunks:
        *ended, last = chunk.split(b"\n")
        for part in ended:
            yield Line(number, None if is_long or len(rest) + len(part) > limit else bytes(rest + part), True)
            number, rest, is_long = number + 1, bytearray(), False
        is_long = is_long or len(rest) + len(last) > limit
        rest += b"" if is_long else last
    if rest or is_long:
        yield Line(number, None if is_long else bytes(rest), False)
