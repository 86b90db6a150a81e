"""Standard input that a signal ends, so that what reads it ends in order, as if its writer had closed it."""

import os
import select
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

CHUNK = 65_536


@contextmanager
def ended_by_signals() -> Iterator[None]:
    """End standard input, from the block on, at the first SIGINT, SIGTERM or SIGHUP; the second ends the process.

    The server reads it in a thread that nothing interrupts but an end of the input.
    """
    real = os.dup(0)
    (stop, stopping), (copied, copying) = os.pipe(), os.pipe()
    os.dup2(copied, 0)
    os.close(copied)

    def end(*_: object) -> None:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        os.write(stopping, b".")

    before = {number: signal.signal(number, end) for number in SIGNALS}
    Thread(target=_copy, args=(real, copying, stop), daemon=True).start()
    try:
        yield
    finally:
        os.dup2(real, 0)
        for number, handler in before.items():
            signal.signal(number, handler)


def _copy(source: int, target: int, stop: int) -> None:
    """Copy until the source ends, its reader is gone, or something is in `stop`; then end the target."""
    with os.fdopen(target, "wb", buffering=0) as copying, suppress(BrokenPipeError):
        while stop not in (ready := select.select([source, stop], [], [])[0]):
            if not (chunk := os.read(ready[0], CHUNK)):
                break
            copying.write(chunk)
