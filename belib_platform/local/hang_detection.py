"""Detect servers that hang, by requests in a thread, so that a hung server delays nothing else."""

import time
from concurrent.futures import Future, ThreadPoolExecutor

import psutil

from belib_platform.local.server import Server

MISSES_UNTIL_HUNG = 6
"""A server hangs if this many requests in a row have no answer."""

BUSY_SHARE = 0.02
"""A server that uses at least this share of a processor is busy, and may answer late."""

MISS_WHILE_BUSY = 1 / 10
"""How much a missing answer of a busy server counts: it may be silent for ten times as long."""


class HangDetector:
    """Sends one server six requests within `hang_timeout_s` seconds, one at a time.

    A server that loads much data on a busy machine does not answer meanwhile; ending it would lose its work.
    """

    def __init__(self, server: Server, port: int, hang_timeout_s: float) -> None:
        self._server, self._port, self._hang_timeout_s = server, port, hang_timeout_s
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"pulse-{server.name}")
        self._request: Future[bool] | None = None
        self._requested_at = 0.0
        self._misses = 0.0
        self._worked_s: float | None = None

    def reset(self) -> None:
        """Begin from zero, after the server was restarted."""
        self._misses, self._requested_at, self._worked_s = 0.0, time.monotonic(), None

    @property
    def is_responding(self) -> bool:
        """Whether the server answered the last request."""
        return self._misses == 0

    def hangs(self) -> bool:
        """Send the next request if it is due, and return whether the server hangs.

        It does if six requests in a row had no answer while it was idle, or sixty while it was busy, or if one request
        waits for `hang_timeout_s` seconds. Time without calls of this method does not count.
        """
        now = time.monotonic()
        if self._request is not None and self._request.done():
            self._note(is_answered=self._request.result(), after_s=now - self._requested_at)
            self._request = None
        if self._request is None and now - self._requested_at >= self._hang_timeout_s / MISSES_UNTIL_HUNG:
            self._request, self._requested_at = self._thread.submit(self._server.answers, self._port), now
        return self._misses >= MISSES_UNTIL_HUNG or (
            self._request is not None and now - self._requested_at >= self._hang_timeout_s
        )

    def _note(self, *, is_answered: bool, after_s: float) -> None:
        before_s, self._worked_s = self._worked_s, _worked_s(self._server)
        if is_answered:
            self._misses = 0.0
        elif before_s is None or self._worked_s is None or self._worked_s - before_s < BUSY_SHARE * after_s:
            self._misses += 1
        else:
            self._misses += MISS_WHILE_BUSY

    def end(self) -> None:
        """Send no more requests; a waiting one ends with the server."""
        self._thread.shutdown(wait=False, cancel_futures=True)


def _worked_s(server: Server) -> float | None:
    """Processor time in seconds that the server's process has used; None if it does not run."""
    main = server.process_record.process()
    try:
        return sum(main.cpu_times()[:2]) if main else None
    except psutil.NoSuchProcess:
        return None
