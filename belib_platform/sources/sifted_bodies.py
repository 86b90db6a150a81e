"""The bodies sifted last, so that a body is decoded once, however many steps of a run need its records."""

from collections.abc import Mapping
from threading import Lock
from typing import NamedTuple

from belib_platform.sources.records import Decoded, Layout

BYTES_AT_ONCE = 32 * 2**20
"""Bytes of bodies and rows that are remembered; the last body always is."""


class SiftedBody(NamedTuple):
    """A body, how it was sifted, and the records as sent.

    `unreadable` counts, by column, values that were too odd to be handed over as sent.
    """

    body: bytes
    media_type: str
    layout: Layout
    records: Decoded
    unreadable: Mapping[str, int]

    @property
    def size(self) -> float:
        """Bytes in memory."""
        return len(self.body) + self.records.frame.estimated_size()


class SiftedBodies:
    """A bounded memory. A body is found by all of its bytes, so what is remembered is what sifting would give again."""

    def __init__(self) -> None:
        self._held: dict[tuple[bytes, str, Layout], SiftedBody] = {}
        self._size = 0.0
        self._lock = Lock()

    def find(self, body: bytes, media_type: str, layout: Layout) -> SiftedBody | None:
        """What was sifted of this body in this way, if that is still remembered."""
        with self._lock:
            return self._held.get((body, media_type, layout))

    def remember(self, sifted: SiftedBody) -> None:
        """Remember one more, and forget the oldest beyond BYTES_AT_ONCE."""
        with self._lock:
            if sifted[:3] in self._held:
                return  # another thread was faster
            self._held[sifted[:3]] = sifted
            self._size += sifted.size
            while len(self._held) > 1 and self._size > BYTES_AT_ONCE:
                self._size -= self._held.pop(next(iter(self._held))).size
