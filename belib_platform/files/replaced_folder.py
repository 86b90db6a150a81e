"""Write whole folders anew, so that each is complete even if the process is killed."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from belib_platform.files.locks import Taken, lock


class FolderError(Exception):
    """A folder is not replaced; the message says why."""


@contextmanager
def replaced_folder(folder: Path, mark: str, says: str) -> Iterator[Path]:
    """A new, hidden folder beside `folder`, which takes its place at the end of the block.

    It begins with the file `mark`, whose text is `says`. After an error or a kill, `folder` is as it was; only a kill
    between the two renamings at the end leaves it as `.NAME.belib-old`, and the next call puts it back.
    Raises FolderError while another process writes it, or if it is neither empty nor has the file `mark`.
    """
    try:
        folder = folder.resolve()
    except (OSError, RuntimeError) as error:
        raise FolderError(f"{folder} leads nowhere: {error}") from error
    _require_own(folder, mark)
    new, old, beside = (folder.with_name(f".{folder.name}.belib-{end}") for end in ("new", "old", "lock"))
    try:
        with lock(beside, wait=False):
            _put_back(old, folder)
            _remove(new, old)
            new.mkdir()
            try:
                (new / mark).write_text(says, "utf-8")
                yield new
                if folder.exists():
                    folder.rename(old)
                new.rename(folder)
            finally:
                _put_back(old, folder)
                _remove(new, old)
    except Taken:
        raise FolderError(f"{folder} is being written by another process.") from None


def _put_back(old: Path, folder: Path) -> None:
    if old.exists() and not folder.exists():
        old.rename(folder)


def _require_own(folder: Path, mark: str) -> None:
    if folder.exists() and any(folder.iterdir()) and not (folder / mark).is_file():
        raise FolderError(f"{folder} holds other files: name a new folder, an empty one, or one with the file {mark}.")


def _remove(*folders: Path) -> None:
    for found in folders:
        if found.exists():
            shutil.rmtree(found)
