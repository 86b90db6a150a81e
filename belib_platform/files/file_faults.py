"""Describe what is wrong with a file, without repeating its name."""

from pathlib import Path

import polars as pl

from belib_platform.files.regular_file import NotRegularError, why_not_opened

ANY_FAULT = (Exception, pl.exceptions.PanicException)
"""All errors that reading a file may raise; polars' PanicException is not a subclass of Exception."""


def fault_of(error: BaseException) -> str:
    """One line that continues "the file …"."""
    match error:
        case NotRegularError(reason=str() as message):
            return message
        case OSError(strerror=str() as message):
            return f"cannot be read: {message}"
        case MemoryError():
            return "cannot be read: it needs more memory than there is"
    message = " ".join(str(error).split())
    if type(error).__module__.startswith("belib_platform."):
        return message
    return f"cannot be read: {type(error).__name__}{f': {message:.200}' if message else ''}"


def why_not_read(path: Path) -> str | None:
    """Why the path is not read, as far as can be seen without opening it; None for a regular file."""
    try:
        return why_not_opened(path.lstat().st_mode)
    except OSError as error:
        return fault_of(error)


def is_unicode(name: str) -> bool:
    """Whether a file's name is valid UTF-8; Python represents other bytes as lone surrogates."""
    return printable(name) == name


def printable(name: str) -> str:
    """A file's name as text that any store accepts: bytes that are not UTF-8 are escaped."""
    return name.encode("utf-8", "backslashreplace").decode()
