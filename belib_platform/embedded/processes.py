"""Server processes, recognised by the data folder in their command line: a pid alone may be anyone's."""

import time
from collections.abc import Callable
from pathlib import Path

import psutil


def serving(data: Path) -> list[psutil.Process]:
    """The processes that were started on this data folder (absolute) and still live."""
    return [process for process in psutil.process_iter(["cmdline"]) if str(data) in (process.info["cmdline"] or [])]


def wait_until(condition: Callable[[], bool], timeout_s: float) -> bool:
    """Ask every 20 ms until the condition holds; false when it did not within the time."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def end(data: Path, grace_s: float = 10.0) -> None:
    """End every process on this data folder: ask first, kill those that live on after `grace_s` seconds.

    Waits on the command lines, which a zombie that nobody reaps no longer has.
    """
    for process in serving(data):
        _signal(process.terminate)
    if not wait_until(lambda: not serving(data), grace_s):
        for process in serving(data):
            _signal(process.kill)
        wait_until(lambda: not serving(data), grace_s)


def _signal(send: Callable[[], None]) -> None:
    try:
        send()
    except psutil.NoSuchProcess:
        return
