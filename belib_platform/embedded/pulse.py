"""Whether a server hangs, asked beside everything else, so that one that does holds nothing up."""

import time
from concurrent.futures import Future, ThreadPoolExecutor

from belib_platform.embedded.server import Server

MISSED = 6
"""A server that gave no answer so many times in a row hangs."""


class Pulse:
    """One server asked six times within `silent_s` seconds, one question at a time."""

    def __init__(self, server: Server, port: int, silent_s: float) -> None:
        self._server, self._port, self._silent_s = server, port, silent_s
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"pulse-{server.name}")
        self._asked: Future[bool] | None = None
        self._asked_at = 0.0
        self._missed = 0

    def begin_again(self) -> None:
        """The server was just started."""
        self._missed, self._asked_at = 0, time.monotonic()

    @property
    def is_steady(self) -> bool:
        """Whether the server answered when it was last asked."""
        return self._missed == 0

    def hangs(self) -> bool:
        """Whether the last six questions had no answer, or one waits for as long as these; asks when it is time to.

        Time in which nobody called this does not count against the server.
        """
        now = time.monotonic()
        if self._asked is not None and self._asked.done():
            self._missed = 0 if self._asked.result() else self._missed + 1
            self._asked = None
        if self._asked is None and now - self._asked_at >= self._silent_s / MISSED:
            self._asked, self._asked_at = self._thread.submit(self._server.answers, self._port), now
        return self._missed >= MISSED or (self._asked is not None and now - self._asked_at >= self._silent_s)

    def end(self) -> None:
        """Ask no more; a question that still waits ends with the server."""
        self._thread.shutdown(wait=False, cancel_futures=True)
