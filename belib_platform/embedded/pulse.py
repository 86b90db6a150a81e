"""Whether a server answers, asked beside everything else, so that one that hangs holds nothing up."""

import time
from concurrent.futures import Future, ThreadPoolExecutor

from belib_platform.embedded.server import Server


class Pulse:
    """One server asked every so many seconds, one question at a time."""

    def __init__(self, server: Server, port: int, every_s: float) -> None:
        self._server, self._port, self._every_s = server, port, every_s
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"pulse-{server.name}")
        self._asked: Future[bool] | None = None
        self._asked_at = 0.0
        self.renew()

    def renew(self) -> None:
        """The server was seen to answer just now."""
        self._answered_at = time.monotonic()

    def silent_s(self) -> float:
        """Seconds since the server last answered; asks when it is time to."""
        now = time.monotonic()
        if self._asked is not None and self._asked.done():
            if self._asked.result():
                self._answered_at = max(self._answered_at, self._asked_at)
            self._asked = None
        if self._asked is None and now - self._asked_at >= self._every_s:
            self._asked, self._asked_at = self._thread.submit(self._server.answers, self._port), now
        return now - self._answered_at

    def end(self) -> None:
        """Ask no more; a question that still waits ends with the server."""
        self._thread.shutdown(wait=False, cancel_futures=True)
