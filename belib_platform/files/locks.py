"""File locks, which the kernel releases when their process ends, even if it is killed."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


class Taken(Exception):  # noqa: N818 - it reads `except Taken`
    """Another process holds the lock."""


@contextmanager
def lock(path: Path, *, shared: bool = False, wait: bool = True) -> Iterator[IO[str]]:
    """Hold the lock of the file `path`, which is created if necessary, and yield it open for reading and writing.

    A shared lock excludes only exclusive ones. Child processes do not inherit the lock. If `wait` is false, raises
    Taken if another process, or another holder in this process, has the lock.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        take(file, shared=shared, wait=wait)
        yield file


def take(file: IO[str], *, shared: bool = False, wait: bool = True) -> None:
    """Lock an open file, or change its lock between shared and exclusive; closing the file releases the lock.

    If `wait` is false, raises Taken if another holder prevents it.
    """
    try:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        raise Taken(f"{file.name} is held by another process") from None


def is_taken(path: Path) -> bool:
    """Whether any process holds the lock of `path`."""
    try:
        with lock(path, wait=False):
            return False
    except Taken:
        return True
