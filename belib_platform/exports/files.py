"""Writing files that others read meanwhile: whole or not at all, and only when they would differ."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from belib_platform.settings import Settings

Write = Callable[[IO[bytes]], None]


@dataclass(frozen=True)
class FileSet:
    """Files that are made together, in this order, or stay together as they are.

    `files` has what writes each, by its path below the folder of exports; `is_current` says whether the files of
    such a folder are what would be written.
    """

    files: Mapping[str, Write]
    is_current: Callable[[Path], bool]


def exports_folder(settings: Settings) -> Path:
    """Where exported files lie, absolute."""
    return settings.home.resolve() / "exports"


def write_files(folder: Path, sets: Sequence[FileSet]) -> list[str]:
    """Write the sets that are not current; returns the paths written, below the folder.

    One process at a time writes, so that a file half written by a killed one is nobody's and is written over.
    """
    # imported where files are written: the code location loads without the local servers
    from belib_platform.embedded.locks import lock

    written: list[str] = []
    with lock(folder.with_name("exports.lock")):
        for made in sets:
            if all((folder / path).exists() for path in made.files) and made.is_current(folder):
                continue
            for path, write in made.files.items():
                with replacing(folder / path) as file:
                    write(file)
                written.append(path)
    return written


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file to write that takes the place of `path` at the end of the block, once it is whole on the disk.

    Upon an error, or when the process is killed, `path` stays as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """A new name is on the disk only when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
