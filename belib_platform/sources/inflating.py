"""Bounded decompression: no body exceeds its limit, and a truncated one is noticed."""

import zlib

import zstandard

_ZSTD_STEP = 1024
"""Bytes passed to zstd at once: its output has no bound, and four bytes can become 128 kB."""


class InflateError(Exception):
    """A body is too large, not compressed in the expected way, or truncated; the message says which."""


class Identity:
    """A body that is not compressed, and the base of those that are.

    Takes the body chunk by chunk; `body` is the output, never more than the limit. Callers that read long bodies clear
    it between chunks.
    """

    def __init__(self, limit: int) -> None:
        self.body = bytearray()
        self._limit = limit
        self._total = 0

    def feed(self, chunk: bytes) -> None:
        """Take the next chunk. Raises InflateError."""
        self.body += chunk[: self._limit + 1 - len(self.body)]
        self._total += len(chunk)
        if len(self.body) > self._limit:
            del self.body[self._limit :]
            raise InflateError(f"holds more than {self._limit:,} bytes")

    def close(self) -> None:
        """End the body. Raises InflateError where it was cut short, which only a compressed one shows."""


class Gunzip(Identity):
    """A gzip stream of any number of members (RFC 1952)."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self._member = zlib.decompressobj(wbits=31)
        self._is_inside = False

    def feed(self, chunk: bytes) -> None:
        """Take the next chunk. Raises InflateError."""
        while chunk:
            self._is_inside = True
            try:
                out = self._member.decompress(chunk, self._limit + 1 - len(self.body))
            except zlib.error as error:
                raise InflateError(f"is not sound gzip: {error}") from error
            super().feed(out)
            chunk = self._member.unconsumed_tail
            if self._member.eof:
                chunk = self._member.unused_data.lstrip(b"\0")
                self._member, self._is_inside = zlib.decompressobj(wbits=31), False

    def close(self) -> None:
        """Raises InflateError where a member has no end."""
        if self._is_inside:
            raise InflateError(f"is gzip cut short after {self._total:,} bytes")


class Unzstd(Identity):
    """A zstd stream of any number of frames (RFC 8878)."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._is_inside = False

    def feed(self, chunk: bytes) -> None:
        """Take the next chunk. Raises InflateError."""
        for start in range(0, len(chunk), _ZSTD_STEP):
            self._feed(chunk[start : start + _ZSTD_STEP])

    def _feed(self, chunk: bytes) -> None:
        while chunk:
            self._is_inside = True
            try:
                out = self._frame.decompress(chunk)
            except zstandard.ZstdError as error:
                raise InflateError(f"is not sound zstd: {error}") from error
            super().feed(out)
            chunk = self._frame.unused_data
            if self._frame.eof:
                self._frame, self._is_inside = zstandard.ZstdDecompressor().decompressobj(), False

    def close(self) -> None:
        """Raises InflateError where a frame has no end."""
        if self._is_inside:
            raise InflateError(f"is zstd cut short after {self._total:,} bytes")
