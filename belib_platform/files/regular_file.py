"""Opening a regular file and nothing else: a FIFO would block, a device would not end, a link may lead anywhere."""

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
    """Something else stands in a file's place; `reason` completes "the file …", the message is a sentence's part."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"it {reason}")
        self.reason = reason


def why_not_opened(mode: int) -> str | None:
    """Why what has this mode (`st_mode` of lstat) is not opened: reading it may block for ever. None for a file."""
    if stat.S_ISREG(mode):
        return None
    kind = _KINDS.get(stat.S_IFMT(mode), "no regular file")
    return f"is {kind}, which is not {'followed' if stat.S_ISLNK(mode) else 'opened'}"


def open_regular(path: Path) -> BufferedReader:
    """The file, open for reading; who asked for it closes it.

    Raises OSError where there is none, NotRegularError where a link, a folder, a FIFO, a socket or a device stands in
    its place.
    """
    _refuse_others(path.lstat().st_mode)
    # what was put in its place since is not followed, waited for, or read
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
    return open(descriptor, "rb")  # noqa: PTH123 - of a descriptor, which the caller closes


@contextmanager
def opened_regular(path: Path) -> Iterator[tuple[BufferedReader, int]]:
    """The file, open for reading, and its size in bytes. Raises as `open_regular`."""
    with open_regular(path) as file:
        yield file, os.fstat(file.fileno()).st_size


def _refuse_others(mode: int) -> None:
    if reason := why_not_opened(mode):
        raise NotRegularError(reason)
