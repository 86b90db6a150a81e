"""Write exported files atomically, and only if they would change."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from belib_platform.files.atomic_write import written_atomically
from belib_platform.settings import Settings

Write = Callable[[IO[bytes]], object]


@dataclass(frozen=True)
class FileSet:
    """Files that are written together, in this order.

    `files` has the function that writes each file, by path below the folder of exports; `is_current` tells whether the
    existing files in that folder are up to date.
    """

    files: Mapping[str, Write]
    is_current: Callable[[Path], bool]


def exports_folder(settings: Settings) -> Path:
    """Absolute path of the folder of exported files."""
    return settings.home.resolve() / "exports"


def write_files(folder: Path, sets: Sequence[FileSet]) -> list[str]:
    """Write the sets that are not up to date; returns the written paths below the folder.

    A lock admits one process at a time, so that it can overwrite incomplete files of a killed process.
    """
    # imported here, so that the code location does not load it
    from belib_platform.files.locks import lock

    written: list[str] = []
    with lock(folder.with_name("exports.lock")):
        for made in sets:
            if all((folder / path).exists() for path in made.files) and made.is_current(folder):
                continue
            for path, write in made.files.items():
                with written_atomically(folder / path) as file:
                    write(file)
                written.append(path)
    return written
