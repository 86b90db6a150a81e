"""Reload the UI's code locations when the first day changes, so that it knows the new partitions.

Dagster's daemon reloads them every minute by itself.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from belib_platform.first_day import FirstDayError, first_day_of
from belib_platform.settings import load_settings

EVERY_S = 2.0

LOG = logging.getLogger(__name__)


@contextmanager
def reloading(begin_at: str, reload: Callable[[], None], every_s: float = EVERY_S) -> Iterator[None]:
    """Call `reload` during the block whenever the first day changes; `begin_at` is that of the loaded definitions."""
    stop = threading.Event()

    def watch() -> None:
        known = begin_at
        while not stop.wait(every_s):
            if (now := first_day()) != known:
                LOG.warning("The first day changed from %s to %s (UTC): reloading the code location.", known, now)
                known = now
                reload()

    thread = threading.Thread(target=watch, name="first-day", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def first_day() -> str:
    """The first day, or the error message if the home's file with it is invalid."""
    try:
        return str(first_day_of(load_settings()))
    except FirstDayError as error:
        return str(error)
