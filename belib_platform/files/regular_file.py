"""Open regular files only: a FIFO could block, a device could be endless, and a link could lead anywhere."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

_KINDS = {
    stat.S_IFIFO: "a FIFO",
    stat.S_IFCHR: "a character device",
    stat.S_IFBLK: "a block device",
    stat.S_IFSOCK: "a socket",
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFDIR: "a folder",
}


class NotRegularError(OSError):
    """The path is not a regular file; `reason` continues "the file …"."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"it {reason}")
        self.reason = reason


def why_not_opened(mode: int) -> str | None:
    """Why a path with this mode (`st_mode` of lstat) is not opened; None for a regular file."""
    if stat.S_ISREG(mode):
        return None
    kind = _KINDS.get(stat.S_IFMT(mode), "no regular file")
    return f"is {kind}, which is not {'followed' if stat.S_ISLNK(mode) else 'opened'}"


def open_regular(path: Path) -> BufferedReader:
    """The file, open for reading; the caller closes it.

    Raises OSError if it does not exist, and NotRegularError for a link, folder, FIFO, socket or device.
    """
    _refuse_others(path.lstat().st_mode)
    # the flags also prevent opening another kind of file that has replaced it in the meantime
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno == errno.ELOOP:
            _refuse_others(stat.S_IFLNK)
        raise
    try:
        _refuse_others(os.fstat(descriptor).st_mode)
    except OSError:
        os.close(descriptor)
        raise
    return open(descriptor, "rb")  # noqa: PTH123 - opens a descriptor, which the caller closes


@contextmanager
def opened_regular(path: Path) -> Iterator[tuple[BufferedReader, int]]:
    """The file, open for reading, and its size in bytes. Raises as `open_regular`."""
    with open_regular(path) as file:
        yield file, os.fstat(file.fileno()).st_size


def _refuse_others(mode: int) -> None:
    if reason := why_not_opened(mode):
        raise NotRegularError(reason)
