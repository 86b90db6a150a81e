"""A file on disk or in a zip archive, read within bounds and inflated; links are not followed."""

import os
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from belib_platform.files.regular_file import opened_regular
from belib_platform.recordings.recording import Unreadable
from belib_platform.sources.inflating import Gunzip, Identity, InflateError, Unzstd
from belib_platform.sources.json_text import begin_of

BODY_LIMIT = 64 * 2**20
"""Maximum bytes of a body: the same as over HTTP."""

TOTAL_LIMIT = 16 * 2**30
"""Maximum inflated bytes of a zip archive or an export: more than a month of polls every five minutes."""

HEAD = 2**16
"""Bytes read to recognise what a file is."""

_CHUNK = 2**16

_MAGIC: dict[bytes, type[Identity]] = {b"\x1f\x8b": Gunzip, b"\x28\xb5\x2f\xfd": Unzstd}

_SUFFIXES: dict[str, type[Identity]] = {".gz": Gunzip, ".zst": Unzstd}


@dataclass(frozen=True)
class RecordedFile:
    """A file on the disk (`path`), or a member of the zip archive that lies there.

    `name` is its path within the folder that is imported, which may contain a time. `raw` yields its bytes as they are
    stored; it raises OSError or InflateError. `real_path` is where the file is, if `path` is a link to it.
    """

    path: Path
    name: str
    raw: Callable[[], Generator[bytes]]
    member: str = ""
    real_path: Path | None = None

    @property
    def plain_name(self) -> str:
        """The last part of the name, without a suffix that names a compression."""
        name = PurePosixPath(self.name)
        return name.stem if name.suffix in _SUFFIXES else name.name

    def place(self, part: str = "") -> str:
        """Member and part of the file, for messages."""
        return ", ".join(filter(None, [self.member, part]))

    def unreadable(self, reason: str, part: str = "") -> Unreadable:
        """A report that the file, or a part of it, is no recording."""
        return Unreadable(self.path, reason, self.place(part))

    def chunks(self, limit: int) -> Generator[bytes]:
        """The inflated bytes, at most `limit` in all, each chunk at most BODY_LIMIT. Raises OSError, InflateError.

        The first bytes show how a file is compressed; where they do not, its suffix does.
        """
        inflater: Identity | None = None
        total = 0
        with closing(self.raw()) as chunks:
            for chunk in chunks:
                inflater = inflater or _inflater(chunk, self.name)(min(limit, BODY_LIMIT))
                inflater.feed(chunk)
                total += len(inflater.body)
                if total > limit:
                    raise InflateError(f"holds more than {limit:,} bytes")
                yield bytes(inflater.body)
                inflater.body.clear()
        if inflater is not None:
            inflater.close()

    def head(self) -> bytes:
        """The first HEAD inflated bytes, or fewer if the file is short or damaged. Raises OSError."""
        begin = bytearray()
        with suppress(InflateError), closing(self.chunks(TOTAL_LIMIT)) as chunks:
            for chunk in chunks:
                begin += chunk[:HEAD]
                if len(begin) >= HEAD:
                    break
        return bytes(begin[:HEAD])

    def body(self) -> bytes:
        """All inflated bytes, at most BODY_LIMIT. Raises OSError, InflateError."""
        return b"".join(self.chunks(BODY_LIMIT))


def _inflater(begin: bytes, name: str) -> type[Identity]:
    known = next((kind for magic, kind in _MAGIC.items() if begin.startswith(magic)), None)
    if known or begin_of(begin)[:1] in (b"[", b"{"):  # clients inflate a body and keep the name it had
        return known or Identity
    return _SUFFIXES.get(PurePosixPath(name).suffix, Identity)


def is_ignored(name: str) -> bool:
    """Whether a path is no recording by its name: dot-files, files still being copied (`.part`), Apple's metadata."""
    return name.endswith(".part") or any(
        part == "__MACOSX" or (part.startswith(".") and part != "..") for part in PurePosixPath(name).parts
    )


def files_below(folder: Path, onerror: Callable[[OSError], None]) -> Iterator[Path]:
    """The files below a folder that are not ignored, and links to folders, which are not followed; sorted by folder.

    `onerror` is called with the error of each folder that cannot be listed.
    """
    for here, folders, files in os.walk(folder, onerror=onerror):
        folders.sort()
        links = [name for name in folders if (Path(here) / name).is_symlink()]
        for path in (Path(here) / name for name in sorted([*files, *links])):
            if not is_ignored(path.relative_to(folder).as_posix()):
                yield path


def on_disk(path: Path, name: str, real_path: Path | None = None) -> RecordedFile:
    """A file on the disk. If there is no regular file at that path when it is read, nothing is opened.

    `real_path` is where the file is if `path` leads there by links that may be followed.
    """
    real = real_path or path

    def raw() -> Generator[bytes]:
        with opened_regular(real) as (file, _):
            while chunk := file.read(_CHUNK):
                yield chunk

    return RecordedFile(path, name, raw, real_path=real)
