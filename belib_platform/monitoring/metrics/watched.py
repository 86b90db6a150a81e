"""A look at one store in a thread of its own, so that a store that hangs delays nobody for long."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from belib_platform.monitoring.metrics.observation import NoAnswer

Look = TypeVar("Look")


class Watched(Generic[Look]):
    """Looks at a store, one look at a time: while one hangs there is no other, so threads do not pile up."""

    def __init__(self, look: Callable[[], Look], told: Callable[[Exception], str]) -> None:
        """`told` makes a sentence of whatever a look raises."""
        self._look, self._told = look, told
        self._thread: threading.Thread | None = None
        self._seen: Look | NoAnswer = NoAnswer("")
        self._took_s = 0.0

    def begin(self) -> None:
        """Begin to look, unless the look before still goes on."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()

    def seen(self, deadline: float) -> tuple[Look | NoAnswer, float]:
        """What was seen, and how many seconds it took, or that there was no answer up to then (`time.monotonic`)."""
        if self._thread is not None:
            self._thread.join(max(deadline - time.monotonic(), 0))
            if not self._thread.is_alive():
                return self._seen, self._took_s
        return NoAnswer("There was no answer in time."), self._took_s

    def _run(self) -> None:
        began = time.monotonic()
        try:
            self._seen = self._look()
        except Exception as error:  # noqa: BLE001 - whatever it is, the store counts as down and its sentence is told
            self._seen = NoAnswer(self._told(error))
        self._took_s = time.monotonic() - began
