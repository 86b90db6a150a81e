"""Writing files that others read meanwhile: whole or not at all, and only when they would differ."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from belib_platform.files.whole_file import written_whole
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
    from belib_platform.files.locks import lock

    written: list[str] = []
    with lock(folder.with_name("exports.lock")):
        for made in sets:
            if all((folder / path).exists() for path in made.files) and made.is_current(folder):
                continue
            for path, write in made.files.items():
                with written_whole(folder / path) as file:
                    write(file)
                written.append(path)
    return written
