"""Lines of a file of any size, one in memory at a time."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from belib_platform.recordings.recorded_file import BODY_LIMIT


class Line(NamedTuple):
    """A line by number, from 1; no text where it holds more bytes than were asked for; the last may lack its end."""

    number: int
    text: bytes | None
    is_ended: bool


def lines_of(chunks: Iterable[bytes], limit: int = BODY_LIMIT) -> Iterator[Line]:
    """The lines, blank ones too, of at most `limit` bytes each."""
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
