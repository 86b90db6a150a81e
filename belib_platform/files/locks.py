"""Locks on files that the kernel releases when their holder dies, however it dies."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


class Taken(Exception):  # noqa: N818 - it reads `except Taken`
    """Another process holds the lock."""


@contextmanager
def lock(path: Path, *, shared: bool = False, wait: bool = True) -> Iterator[IO[str]]:
    """Hold the lock of `path`, made when absent, and yield it open for reading and writing.

    Shared holders exclude only exclusive ones. Children started meanwhile do not inherit the lock.
    Raises Taken at once when `wait` is false and another process, or another holder in this one, has it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        take(file, shared=shared, wait=wait)
        yield file


def take(file: IO[str], *, shared: bool = False, wait: bool = True) -> None:
    """Take the lock of an open file, or change the one that is held; closing the file releases it.

    Raises Taken when `wait` is false and another holder is in the way.
    """
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        raise Taken(f"{file.name} is held by another process") from None


def is_taken(path: Path) -> bool:
    """Whether anyone holds the lock of `path`."""
    try:
        with lock(path, wait=False):
            return False
    except Taken:
        return True
