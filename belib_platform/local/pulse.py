"""Whether a server hangs, asked beside everything else, so that one that does holds nothing up."""

import time
from concurrent.futures import Future, ThreadPoolExecutor

import psutil

from belib_platform.local.server import Server

MISSED = 6
"""A server that gave no answer so many times in a row hangs."""

AT_WORK = 0.02
"""Share of a processor's time from which on a server works: one that is busy may answer late."""

MISSED_AT_WORK = 1 / 10
"""What an answer counts that a server did not give while it worked: it may be silent for ten times as long."""


class Pulse:
    """One server asked six times within `silent_s` seconds, one question at a time.

    A server that loads much at once on a busy machine says nothing meanwhile; to end it would lose what it has done.
    """

    def __init__(self, server: Server, port: int, silent_s: float) -> None:
        self._server, self._port, self._silent_s = server, port, silent_s
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"pulse-{server.name}")
        self._asked: Future[bool] | None = None
        self._asked_at = 0.0
        self._missed = 0.0
        self._worked_s: float | None = None

    def begin_again(self) -> None:
        """The server was just started."""
        self._missed, self._asked_at, self._worked_s = 0.0, time.monotonic(), None

    @property
    def is_steady(self) -> bool:
        """Whether the server answered when it was last asked."""
        return self._missed == 0

    def hangs(self) -> bool:
        """Whether the last six questions had no answer though the server did not work, or the last sixty; or whether
        one question waits for as long as six. Asks when it is time to.

        Time in which nobody called this does not count against the server.
        """
        now = time.monotonic()
        if self._asked is not None and self._asked.done():
            self._note(is_answered=self._asked.result(), after_s=now - self._asked_at)
            self._asked = None
        if self._asked is None and now - self._asked_at >= self._silent_s / MISSED:
            self._asked, self._asked_at = self._thread.submit(self._server.answers, self._port), now
        return self._missed >= MISSED or (self._asked is not None and now - self._asked_at >= self._silent_s)

    def _note(self, *, is_answered: bool, after_s: float) -> None:
        before_s, self._worked_s = self._worked_s, _worked_s(self._server)
        if is_answered:
            self._missed = 0.0
        elif before_s is None or self._worked_s is None or self._worked_s - before_s < AT_WORK * after_s:
            self._missed += 1
        else:
            self._missed += MISSED_AT_WORK

    def end(self) -> None:
        """Ask no more; a question that still waits ends with the server."""
        self._thread.shutdown(wait=False, cancel_futures=True)


def _worked_s(server: Server) -> float | None:
    """Seconds of a processor's time that the server's process has used; None when it does not live."""
    main = server.noted.main()
    try:
        return sum(main.cpu_times()[:2]) if main else None
    except psutil.NoSuchProcess:
        return None
