"""A call in a thread of its own, so that a store that hangs delays nobody for long."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from belib_platform.monitoring.observation import NoAnswer

Result = TypeVar("Result")


class BackgroundCall(Generic[Result]):
    """Makes one call at a time: while one hangs no other is begun, so that threads do not pile up."""

    def __init__(self, call: Callable[[], Result], sentence_of: Callable[[Exception], str]) -> None:
        """`sentence_of` makes a sentence of whatever the call raises."""
        self._call, self._sentence_of = call, sentence_of
        self._thread: threading.Thread | None = None
        self._result: Result | NoAnswer = NoAnswer("")
        self._duration_s = 0.0

    def begin(self) -> None:
        """Begin the call, unless the one before still goes on."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, daemon=True)
            self._thread.start()

    def result(self, deadline: float) -> tuple[Result | NoAnswer, float]:
        """What the call returned and how many seconds it took; NoAnswer at the deadline (`time.monotonic`)."""
        if self._thread is not None:
            self._thread.join(max(deadline - time.monotonic(), 0))
            if not self._thread.is_alive():
                return self._result, self._duration_s
        return NoAnswer("There was no answer in time."), self._duration_s

    def _run(self) -> None:
        began = time.monotonic()
        try:
            self._result = self._call()
        except Exception as error:  # noqa: BLE001 - whatever it is, the store counts as down, and the sentence is shown
            self._result = NoAnswer(self._sentence_of(error))
        self._duration_s = time.monotonic() - began
