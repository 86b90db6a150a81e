"""Opening a file of the archive: a regular one and nothing else, since a FIFO or a device would not end."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path


@contextmanager
def opened_regular(path: Path) -> Iterator[tuple[BufferedReader, int]]:
    """The file, open for reading, and its size in bytes.

    Raises OSError where there is none, and where a link, a folder, a FIFO, a socket or a device stands in its place.
    """
    _refuse_others(path.lstat())
    # what was put in its place since is not followed, waited for, or read
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(descriptor, "rb") as file:  # noqa: PTH123 - of a descriptor
        status = os.fstat(descriptor)
        _refuse_others(status)
        yield file, status.st_size


def _refuse_others(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise OSError(f"it is no regular file but has the mode {stat.filemode(status.st_mode)}")
