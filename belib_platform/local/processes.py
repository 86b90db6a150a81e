"""Wait for conditions, and find and name processes."""

import time
from collections.abc import Callable
from pathlib import Path

import psutil


def wait_until(condition: Callable[[], bool], timeout_s: float) -> bool:
    """Check the condition every 20 ms; returns false if it does not become true within the time."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def holders(lock: Path) -> list[int]:
    """Pids of this user's processes that have the lock file open: those that hold the lock or wait for it."""
    path, found = str(lock.resolve()), psutil.process_iter(["open_files"])
    return [process.pid for process in found if path in {file.path for file in process.info["open_files"] or []}]


def named(pids: list[int]) -> str:
    """`process 12` or `processes 12, 13`."""
    return f"process{'es' if len(pids) > 1 else ''} {', '.join(map(str, pids))}"
