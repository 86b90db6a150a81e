"""Every file in a folder and in its zip archives, with its entry in the manifest beside it."""

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
from belib_platform.recordings.mongoexport_lines import begins_an_export
from belib_platform.recordings.recognition import archive_kind
from belib_platform.recordings.record_stream import columns_of
from belib_platform.recordings.recorded_file import HEAD, TOTAL_LIMIT, RecordedFile, files_below, is_ignored, on_disk
from belib_platform.recordings.recording import Unreadable
from belib_platform.sources.inflating import InflateError


@dataclass(frozen=True)
class ListedFile:
    """A file, its entry in the manifest beside it (empty if there is none), and what its beginning shows.

    `is_export` says whether it holds documents of a database, one a line; `columns` are those of the records it holds.
    """

    file: RecordedFile
    entry: Entry
    is_export: bool
    columns: tuple[str, ...] = ()


def files_in(path: Path) -> Iterator[ListedFile | Unreadable]:
    """The files in a folder and its subfolders, or the one named, and those in zip archives, by path.

    The one named may be a link. Links in a folder are not followed; they, FIFOs, devices and sockets are reported and
    never opened. Dot-files and `.part` files are ignored.
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
    for path in files_below(folder, unlisted.append):
        reason = why_not_read(path)
        yield Unreadable(path, reason) if reason else on_disk(path, path.relative_to(folder).as_posix())
    for fault in unlisted:
        path = Path(os.fsdecode(fault.filename))
        if not is_ignored(path.relative_to(folder).as_posix()):
            yield Unreadable(path, f"cannot be listed: {fault.strerror}")


def _leaves(folder: Path, name: str) -> bool:
    file = folder / name
    return ".." in file.parts or not file.resolve().is_relative_to(folder.resolve())


def _described(
    files: list[RecordedFile], path: Path, inside: str, leads_out: Callable[[str], bool]
) -> Iterator[ListedFile | Unreadable]:
    """The files of one folder or zip archive; `inside` is what their names begin with."""
    names = [file.name.removeprefix(inside) for file in files]  # a zip archive may have a name twice
    entries: dict[str, Entry] = {}
    manifest = next((file for name, file in zip(names, files, strict=True) if name == NAME), None)
    if manifest is not None:
        try:
            lines = manifest.body().decode("utf-8", "surrogateescape")
            read = read_manifest(lines, set(names) - {NAME}, leads_out)
        except ANY_FAULT as error:
            yield manifest.unreadable(fault_of(error))
        else:
            entries = read.entries
            yield from (manifest.unreadable(fault) for fault in read.faults)
            for name, reason in read.absent.items():
                yield Unreadable(path, reason, name) if inside else Unreadable(path / name, reason)
    for name, file in zip(names, files, strict=True):
        if file is not manifest:
            yield from _opened(file, name, entries.get(name), is_nested=bool(inside))


def _opened(
    file: RecordedFile, name: str, entry: Entry | None, *, is_nested: bool
) -> Iterator[ListedFile | Unreadable]:
    """A file, or the members of a zip archive; `name` is its path within its folder or archive."""
    if not is_unicode(name):
        yield file.unreadable("has a name that is not UTF-8; rename it")
        return
    try:
        head = file.head()
        kind = archive_kind(head)
        if kind and (kind != "zip" or is_nested or not _is_plain(file)):
            where = " in another" if is_nested else ""
            yield file.unreadable(f"is a {kind} archive{where}, which is not opened")
        elif kind:
            inside = f"{file.name}/"
            yield from _described(zip_archive.members(file), file.path, inside, zip_archive.leads_out)
        else:
            is_export = begins_an_export(head)
            yield ListedFile(file, entry or Entry(file=name), is_export, () if is_export else _columns(file, head))
    except ANY_FAULT as error:
        yield file.unreadable(fault_of(error))


def _columns(file: RecordedFile, head: bytes) -> tuple[str, ...]:
    """The columns of the records in a file; `head` is its beginning, which its first record may exceed."""
    columns = columns_of(iter([head]))
    if columns or len(head) < HEAD:
        return columns
    # whoever reads all of it reports that it is cut short
    with suppress(InflateError), closing(file.chunks(TOTAL_LIMIT)) as chunks:
        return columns_of(chunks)
    return ()


def _is_plain(file: RecordedFile) -> bool:
    """Whether the file is a zip archive that is not compressed once more."""
    raw = file.raw()
    first = next(raw, b"")
    raw.close()
    return archive_kind(first) == "zip"
