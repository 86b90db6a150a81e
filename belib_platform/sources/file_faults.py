"""What is wrong with a file, in words that do not name it again."""

import stat

import polars as pl

ANY_FAULT = (Exception, pl.exceptions.PanicException)
"""What reading one file may raise at worst; a panic of polars is no Exception."""

_SPECIAL = {
    stat.S_IFIFO: "a FIFO",
    stat.S_IFCHR: "a character device",
    stat.S_IFBLK: "a block device",
    stat.S_IFSOCK: "a socket",
    stat.S_IFLNK: "a symbolic link",
}


def fault_of(error: BaseException) -> str:
    """One line that completes "the file …"."""
    match error:
        case OSError(strerror=str() as said):
            return f"cannot be read: {said}"
        case MemoryError():
            return "cannot be read: it needs more memory than there is"
    said = " ".join(str(error).split())
    if type(error).__module__.startswith("belib_platform."):
        return said
    return f"cannot be read: {type(error).__name__}{f': {said:.200}' if said else ''}"


def is_unicode(name: str) -> bool:
    """Whether a file's name is text; Python keeps bytes that are no UTF-8 as lone surrogates."""
    return printable(name) == name


def printable(name: str) -> str:
    """A file's name as text that any store takes: what is no Unicode in it (of bytes that are no UTF-8) is escaped."""
    return name.encode("utf-8", "backslashreplace").decode()


def why_not_opened(mode: int) -> str | None:
    """Why what has this mode (`st_mode` of lstat) is not opened: reading it may block for ever. None for a file."""
    if stat.S_ISREG(mode):
        return None
    kind = _SPECIAL.get(stat.S_IFMT(mode), "no regular file")
    return f"is {kind}, which is not {'followed' if stat.S_ISLNK(mode) else 'opened'}"
