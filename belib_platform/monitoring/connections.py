"""Connections of the metrics server: each is for one request and lasts for seconds, and their number is limited."""

import asyncio
from typing import Any, ClassVar, cast

from uvicorn.protocols.http.h11_impl import H11Protocol


class BriefConnection(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, for one request that comes in time and whose response is read in time.

    uvicorn itself waits for a request, and for a client that does not read, as long as the client likes. The server has
    to send `Connection: close`, since the times are those of a single request.
    """

    request_s: ClassVar[float] = 5.0
    """From the beginning of the connection until all headers are there."""

    response_s: ClassVar[float] = 10.0
    """From then until the response was read: an observation of the stores takes up to six seconds."""

    at_once: ClassVar[int] = 100
    """Connections; one more ends the oldest, if possible one that has not asked yet."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._begun_at = self.loop.time()
        self._end: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the request."""
        super().connection_made(transport)
        self._end_after(self.request_s)
        others = [cast("BriefConnection", other) for other in self.connections if other is not self]
        if len(others) >= self.at_once:
            min(others, key=lambda other: (other.has_asked, other._begun_at)).transport.abort()

    def data_received(self, data: bytes) -> None:
        """Begin to wait for the response's end once the request is there."""
        had_asked = self.has_asked
        super().data_received(data)
        if self.has_asked and not had_asked:
            self._end_after(self.response_s)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        super().connection_lost(exc)
        if self._end:
            self._end.cancel()

    @property
    def has_asked(self) -> bool:
        """Whether all headers of a request have come."""
        return self.cycle is not None

    def _end_after(self, seconds: float) -> None:
        if self._end:
            self._end.cancel()
        # abort, not close: that would wait until a client that does not read has read
        self._end = self.loop.call_later(seconds, self.transport.abort)
