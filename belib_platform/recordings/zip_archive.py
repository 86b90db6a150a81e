"""Zip archives: their members are read within bounds; nothing is unpacked to the disk."""

import stat
import zipfile
import zlib
from collections.abc import Generator
from contextlib import ExitStack
from functools import lru_cache, partial
from io import BufferedReader
from pathlib import Path, PurePosixPath

from belib_platform.files.regular_file import open_regular
from belib_platform.recordings.recorded_file import TOTAL_LIMIT, RecordedFile, is_ignored
from belib_platform.sources.inflating import InflateError

MEMBER_LIMIT = 50_000
"""Maximum number of members of an archive: half a year of polls every five minutes."""

DIRECTORY_LIMIT = 16 * 2**20
"""Maximum bytes of an archive's directory, which is read whole."""

_CHUNK = 2**16

_ENCRYPTED = 0x1

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, IndexError)
"""Errors of zipfile for archives that are damaged, encrypted or compressed by an unknown method."""


def members(archive: RecordedFile) -> list[RecordedFile]:
    """The members of an archive that are files; their names begin with its name.

    Raises OSError, and InflateError also for too many members, a too large directory or too many inflated bytes.
    """
    path = archive.real_path or archive.path
    infos = [
        (index, info)
        for index, info in enumerate(_opened(path).infolist())
        if not info.is_dir() and not is_ignored(info.filename.replace("\\", "/"))
    ]
    if len(infos) > MEMBER_LIMIT:
        raise InflateError(f"is a zip archive of {len(infos):,} members, more than {MEMBER_LIMIT:,}")
    total = sum(info.file_size for _, info in infos)
    if total > TOTAL_LIMIT:
        raise InflateError(f"is a zip archive of {total:,} bytes once inflated, more than {TOTAL_LIMIT:,}")
    return [
        RecordedFile(
            archive.path, f"{archive.name}/{info.filename}", partial(_raw, path, index, info.filename), info.filename
        )
        for index, info in infos
    ]


def leads_out(name: str) -> bool:
    """Whether a member's name is a path out of the archive."""
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in path.parts[0] if path.parts else True


def _raw(path: Path, index: int, name: str) -> Generator[bytes]:
    archive = _opened(path)
    try:
        info = archive.infolist()[index]
        _refuse(info, name)
        with archive.open(info) as member:
            while chunk := member.read(_CHUNK):
                yield chunk
    except _BROKEN as error:
        raise InflateError(f"cannot be read from its archive: {error or type(error).__name__}") from error


def _refuse(info: zipfile.ZipInfo, name: str) -> None:
    if info.filename != name:
        raise InflateError("is no longer where it was in its archive")
    if leads_out(info.filename):
        raise InflateError("has a name that leads out of its archive")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise InflateError("is a symbolic link, which is not followed")
    if info.flag_bits & _ENCRYPTED:
        raise InflateError("is encrypted")


def _opened(path: Path) -> zipfile.ZipFile:
    status = path.lstat()
    return _opened_once(path, status.st_ino, status.st_size, status.st_mtime_ns)


class _Archive(zipfile.ZipFile):
    """An archive in an open file, which is closed with it, once no member is read any more."""

    def __init__(self, file: BufferedReader) -> None:
        self._open_file = file
        super().__init__(file)

    def close(self) -> None:
        """Close the archive and its file."""
        super().close()
        self._open_file.close()


@lru_cache(maxsize=8)
def _opened_once(path: Path, *_identity: int) -> zipfile.ZipFile:
    """An archive with its directory; cached, since reading the directory for every member would take long."""
    try:
        with ExitStack() as until_read:
            file = until_read.enter_context(open_regular(path))
            end = zipfile._EndRecData(file)  # type: ignore[attr-defined]
            if end and end[zipfile._ECD_SIZE] > DIRECTORY_LIMIT:  # type: ignore[attr-defined]
                raise InflateError(f"is a zip archive with a directory of more than {DIRECTORY_LIMIT:,} bytes")
            archive = _Archive(file)
            until_read.pop_all()
            return archive
    except _BROKEN as error:
        raise InflateError(f"is not a sound zip archive: {error or type(error).__name__}") from error
