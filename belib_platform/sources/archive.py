"""What lies in somebody's archive: every file in it and in its zip archives, with what its manifests say of each."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from belib_platform.sources import zip_archive
from belib_platform.sources.inflating import InflateError
from belib_platform.sources.manifest import NAME, Entry, read_manifest
from belib_platform.sources.mongo_export import begins_an_export
from belib_platform.sources.recognition import archive_kind
from belib_platform.sources.recorded_file import RecordedFile, is_ignored, on_disk


@dataclass(frozen=True)
class Unreadable:
    """A file that is no recording, or a part of it, and why; the reason completes "the file …"."""

    path: Path
    reason: str
    place: str = ""

    @property
    def shown(self) -> str:
        """The file, and what of it is meant."""
        return f"{self.path}, {self.place}" if self.place else str(self.path)


@dataclass(frozen=True)
class Described:
    """A file, what the manifest beside it says of it, and whether it holds documents of a database, one a line."""

    file: RecordedFile
    entry: Entry
    is_export: bool


def archive_files(path: Path) -> Iterator[Described | Unreadable]:
    """The files in a folder (and the folders in it), or the one named, and those in zip archives, by path.

    Links are not followed, dot-files and `.part` are nobody's recordings.
    """
    if path.is_dir():
        found = list(_walk(path))
        yield from (item for item in found if isinstance(item, Unreadable))
        files = [item for item in found if isinstance(item, RecordedFile)]
        yield from _described(files, path, "", lambda name: _leaves(path, name))
    elif path.is_file():
        yield from _described([on_disk(path, path.name)], path.parent, "", lambda _: True)
    else:
        yield Unreadable(path, "does not exist" if not path.is_symlink() else "leads nowhere")


def _walk(folder: Path) -> Iterator[RecordedFile | Unreadable]:
    for here, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted([*files, *(name for name in folders if (Path(here) / name).is_symlink())]):
            path = Path(here) / name
            relative = path.relative_to(folder).as_posix()
            if is_ignored(relative):
                continue
            if path.is_symlink():
                yield Unreadable(path, "is a symbolic link, which is not followed")
            elif path.is_file():
                yield on_disk(path, relative)


def _leaves(folder: Path, name: str) -> bool:
    file = folder / name
    return ".." in file.parts or not file.resolve().is_relative_to(folder.resolve())


def _described(
    files: list[RecordedFile], path: Path, inside: str, leads_out: Callable[[str], bool]
) -> Iterator[Described | Unreadable]:
    """The files of one folder or archive; `inside` is what their names begin with."""
    by_name = {file.name.removeprefix(inside): file for file in files}
    entries: dict[str, Entry] = {}
    manifest = by_name.pop(NAME, None)
    if manifest is not None:
        try:
            told = read_manifest(manifest.body().decode(), by_name, leads_out)
        except (OSError, InflateError, UnicodeDecodeError) as error:
            yield Unreadable(manifest.path, f"cannot be read: {error}", manifest.member)
        else:
            entries = told.entries
            yield from (Unreadable(manifest.path, fault, manifest.member) for fault in told.faults)
            yield from (_absent(path, name, reason, inside) for name, reason in told.absent.items())
    for name, file in by_name.items():
        yield from _opened(file, entries.get(name, Entry(file=name)), is_nested=bool(inside))


def _absent(path: Path, name: str, reason: str, inside: str) -> Unreadable:
    return Unreadable(path, reason, name) if inside else Unreadable(path / name, reason)


def _opened(file: RecordedFile, entry: Entry, *, is_nested: bool) -> Iterator[Described | Unreadable]:
    try:
        head = file.head()
        kind = archive_kind(head)
        if kind and (kind != "zip" or is_nested or not _is_plain(file)):
            where = " in another" if is_nested else ""
            yield Unreadable(file.path, f"is a {kind} archive{where}, which is not opened", file.member)
        elif kind:
            inside = f"{file.name}/"
            yield from _described(zip_archive.members(file.path, file.name), file.path, inside, zip_archive.leads_out)
        else:
            yield Described(file, entry, begins_an_export(head))
    except (OSError, InflateError) as error:
        yield Unreadable(file.path, str(error), file.member)


def _is_plain(file: RecordedFile) -> bool:
    """Whether the file is what it inflates to."""
    raw = file.raw()
    first = next(raw, b"")
    raw.close()
    return archive_kind(first) == "zip"
