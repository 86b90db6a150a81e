"""The folders of the inbox, and what was dropped there; a signature shows whether it is still being copied."""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from belib_platform.recordings.recorded_file import files_below, is_ignored

FILE_LIMIT = 100_000
"""Maximum number of files of a folder; larger ones are for `belib import`, which shows its progress."""


class InboxError(Exception):
    """Something in the inbox cannot be imported; the message names it."""


class Dropped(NamedTuple):
    """Signatures of what is in the inbox, by name, and sentences about what cannot be imported."""

    signatures: dict[str, str]
    troubles: list[str]


@dataclass(frozen=True)
class Inbox:
    """The folder `inbox` of a home, with `done` and `refused` in it."""

    home: Path

    @property
    def folder(self) -> Path:
        """Where users drop a folder or a file."""
        return self.home / "inbox"

    @property
    def done(self) -> Path:
        """Where imported files are moved."""
        return self.folder / "done"

    @property
    def refused(self) -> Path:
        """Where refused files are moved, each folder with its report."""
        return self.folder / "refused"

    @property
    def lock(self) -> Path:
        """Lock file of the importing run; the kernel releases the lock however the run ends."""
        return self.folder / ".lock"

    def make(self) -> None:
        """Create the three folders if they are absent."""
        for folder in (self.done, self.refused):
            folder.mkdir(parents=True, exist_ok=True)

    def path_of(self, name: str) -> Path:
        """The path of something dropped. Raises InboxError for a name outside of the inbox."""
        path = self.folder / name
        is_elsewhere = path.parent != self.folder or name == ".." or "\0" in name
        if is_elsewhere or path in (self.done, self.refused) or is_ignored(name):
            raise InboxError(f"{printable(name)} is no name of something dropped into the inbox")
        return path

    def dropped(self) -> Dropped:
        """Everything that was dropped, by name; a folder without a file is left out."""
        found = Dropped({}, [])
        for path in sorted(self.folder.iterdir()):
            name = path.name
            if is_ignored(name) or path in (self.done, self.refused):
                continue
            try:
                name.encode()
                if signature := signature_of(path):
                    found.signatures[name] = signature
            except UnicodeEncodeError:
                found.troubles.append(f"{printable(name)} has a name that is not UTF-8; rename it.")
            except (OSError, InboxError) as error:
                found.troubles.append(f"{printable(name)} cannot be taken: {error}.")
        return found


def signature_of(path: Path) -> str | None:
    """A hash of names, sizes and modification times of all files, or None if there are none; links are not followed.

    Raises OSError for what cannot be read, InboxError for more than FILE_LIMIT files.
    """
    listing = hashlib.sha256()
    count = 0
    for file in _files(path):
        status, count = file.lstat(), count + 1
        if count > FILE_LIMIT:
            raise InboxError(f"it holds more than {FILE_LIMIT:,} files; import it with `belib import`")
        name = os.fsencode(file.relative_to(path.parent))
        listing.update(b"%s\0%d\0%d\0%d\n" % (name, status.st_mode, status.st_size, status.st_mtime_ns))
    return listing.hexdigest()[:32] if count else None


def _files(path: Path) -> Iterable[Path]:
    if path.is_symlink() or not path.is_dir():
        return [path] if os.path.lexists(path) else []
    return files_below(path, _raise)


def _raise(error: OSError) -> None:
    raise error


def printable(text: str) -> str:
    """A foreign text on one line that any store accepts."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
