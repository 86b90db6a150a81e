"""What lies in somebody's archive: every file in it and in its zip archives, with what its manifests say of each."""

import os
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

from belib_platform.files.file_faults import ANY_FAULT, fault_of, is_unicode, why_not_read
from belib_platform.files.regular_file import why_not_opened
from belib_platform.recordings import zip_archive
from belib_platform.recordings.manifest import NAME, Entry, read_manifest
from belib_platform.recordings.mongo_export import begins_an_export
from belib_platform.recordings.recognition import archive_kind
from belib_platform.recordings.record_stream import columns_of
from belib_platform.recordings.recorded_file import HEAD, TOTAL_LIMIT, RecordedFile, is_ignored, on_disk
from belib_platform.sources.inflating import InflateError


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
    """A file, what the manifest beside it says of it, and what its beginning shows.

    That is whether it holds documents of a database, one a line, and the columns of the records it holds, if it does.
    """

    file: RecordedFile
    entry: Entry
    is_export: bool
    columns: tuple[str, ...] = ()

    def unreadable(self, reason: str) -> Unreadable:
        """That the file is no recording."""
        return Unreadable(self.file.path, reason, self.file.member)


def archive_files(path: Path) -> Iterator[Described | Unreadable]:
    """The files in a folder (and the folders in it), or the one named, and those in zip archives, by path.

    The one named may be a link. Links in a folder are not followed; they, FIFOs, devices and sockets are named and
    never opened. Dot-files and `.part` are nobody's recordings.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        yield Unreadable(path, "leads nowhere" if path.is_symlink() else "does not exist")
        return
    except OSError as error:
        yield Unreadable(path, fault_of(error))
        return
    if stat.S_ISDIR(mode):
        found = list(_walk(path))
        yield from (item for item in found if isinstance(item, Unreadable))
        files = [item for item in found if isinstance(item, RecordedFile)]
        yield from _described(files, path, "", lambda name: _leaves(path, name))
    elif reason := why_not_opened(mode):
        yield Unreadable(path, reason)
    else:
        yield from _described([on_disk(path, path.name, path.resolve())], path.parent, "", lambda _: True)


def _walk(folder: Path) -> Iterator[RecordedFile | Unreadable]:
    unlisted: list[OSError] = []
    for here, folders, files in os.walk(folder, onerror=unlisted.append):
        folders.sort()
        for name in sorted([*files, *(name for name in folders if (Path(here) / name).is_symlink())]):
            path = Path(here) / name
            relative = path.relative_to(folder).as_posix()
            if is_ignored(relative):
                continue
            reason = why_not_read(path)
            yield Unreadable(path, reason) if reason else on_disk(path, relative)
    for fault in unlisted:
        path = Path(os.fsdecode(fault.filename))
        if not is_ignored(path.relative_to(folder).as_posix()):
            yield Unreadable(path, f"cannot be listed: {fault.strerror}")


def _leaves(folder: Path, name: str) -> bool:
    file = folder / name
    return ".." in file.parts or not file.resolve().is_relative_to(folder.resolve())


def _described(
    files: list[RecordedFile], path: Path, inside: str, leads_out: Callable[[str], bool]
) -> Iterator[Described | Unreadable]:
    """The files of one folder or archive; `inside` is what their names begin with."""
    names = [file.name.removeprefix(inside) for file in files]  # a zip archive may have a name twice
    entries: dict[str, Entry] = {}
    manifest = next((file for name, file in zip(names, files, strict=True) if name == NAME), None)
    if manifest is not None:
        try:
            told = read_manifest(manifest.body().decode("utf-8", "surrogateescape"), set(names) - {NAME}, leads_out)
        except ANY_FAULT as error:
            yield Unreadable(manifest.path, fault_of(error), manifest.member)
        else:
            entries = told.entries
            yield from (Unreadable(manifest.path, fault, manifest.member) for fault in told.faults)
            yield from (_absent(path, name, reason, inside) for name, reason in told.absent.items())
    for name, file in zip(names, files, strict=True):
        if file is not manifest:
            yield from _opened(file, name, entries.get(name), is_nested=bool(inside))


def _absent(path: Path, name: str, reason: str, inside: str) -> Unreadable:
    return Unreadable(path, reason, name) if inside else Unreadable(path / name, reason)


def _opened(file: RecordedFile, name: str, entry: Entry | None, *, is_nested: bool) -> Iterator[Described | Unreadable]:
    """What a file is; `name` is its path within its folder or archive. Whatever is wrong costs only this file."""
    if not is_unicode(name):
        yield Unreadable(file.path, "has a name that is not UTF-8; rename it", file.member)
        return
    try:
        head = file.head()
        kind = archive_kind(head)
        if kind and (kind != "zip" or is_nested or not _is_plain(file)):
            where = " in another" if is_nested else ""
            yield Unreadable(file.path, f"is a {kind} archive{where}, which is not opened", file.member)
        elif kind:
            inside = f"{file.name}/"
            yield from _described(zip_archive.members(file), file.path, inside, zip_archive.leads_out)
        else:
            is_export = begins_an_export(head)
            yield Described(file, entry or Entry(file=name), is_export, () if is_export else _columns(file, head))
    except ANY_FAULT as error:
        yield Unreadable(file.path, fault_of(error), file.member)


def _columns(file: RecordedFile, head: bytes) -> tuple[str, ...]:
    """The columns of the records in a file that begins so; it is read on where its first record is longer than that."""
    columns = columns_of(iter([head]))
    if columns or len(head) < HEAD:
        return columns
    with (
        suppress(InflateError),
        closing(file.chunks(TOTAL_LIMIT)) as chunks,
    ):  # what is cut short is named by its reader
        return columns_of(chunks)
    return ()


def _is_plain(file: RecordedFile) -> bool:
    """Whether the file is what it inflates to."""
    raw = file.raw()
    first = next(raw, b"")
    raw.close()
    return archive_kind(first) == "zip"
