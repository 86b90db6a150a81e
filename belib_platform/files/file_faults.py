"""What is wrong with a file, in words that do not name it again."""

from pathlib import Path

import polars as pl

from belib_platform.files.regular_file import NotRegularError, why_not_opened

ANY_FAULT = (Exception, pl.exceptions.PanicException)
"""What reading one file may raise at worst; a panic of polars is no Exception."""


def fault_of(error: BaseException) -> str:
    """One line that completes "the file …"."""
    match error:
        case NotRegularError(reason=str() as said):
            return said
        case OSError(strerror=str() as said):
            return f"cannot be read: {said}"
        case MemoryError():
            return "cannot be read: it needs more memory than there is"
    said = " ".join(str(error).split())
    if type(error).__module__.startswith("belib_platform."):
        return said
    return f"cannot be read: {type(error).__name__}{f': {said:.200}' if said else ''}"


def why_not_read(path: Path) -> str | None:
    """Why what lies there is not read, as far as that shows without opening it. None for a regular file."""
    try:
        return why_not_opened(path.lstat().st_mode)
    except OSError as error:
        return fault_of(error)


def is_unicode(name: str) -> bool:
    """Whether a file's name is text; Python keeps bytes that are no UTF-8 as lone surrogates."""
    return printable(name) == name


def printable(name: str) -> str:
    """A file's name as text that any store takes: what is no Unicode in it (of bytes that are no UTF-8) is escaped."""
    return name.encode("utf-8", "backslashreplace").decode()
