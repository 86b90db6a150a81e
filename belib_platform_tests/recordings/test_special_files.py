"""What is no file, or cannot be read, is named and never opened; what lies beside it is taken."""

import json
import os
import socket
import stat
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from pathlib import Path

import pytest

from belib_platform.files.file_faults import fault_of
from belib_platform.files.regular_file import opened_regular, why_not_opened
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.recording import Recording, Unreadable
from belib_platform_tests.sources.portal_records import live

GOOD = "2026-01-01T120000Z.json"
BODY = json.dumps([live(0)]).encode()
NOBODY = 65534


def found_in(path: Path) -> tuple[list[str], dict[str, str]]:
    found = list(find_recordings(path))
    told = {item.path.name: item.reason for item in found if isinstance(item, Unreadable)}
    return [item.path.name for item in found if isinstance(item, Recording)], told


def listening(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made, chdir(path.parent):  # a whole path may be too long for a socket
        made.bind(path.name)


SPECIAL: dict[str, tuple[Callable[[Path], None], str]] = {
    "fifo": (os.mkfifo, "is a FIFO, which is not opened"),
    "socket": (listening, "is a socket, which is not opened"),
    "link": (lambda path: path.symlink_to(GOOD), "is a symbolic link, which is not followed"),
    "link to a device": (lambda path: path.symlink_to("/dev/zero"), "is a symbolic link, which is not followed"),
    "link to a folder": (lambda path: path.symlink_to("/etc"), "is a symbolic link, which is not followed"),
    "link to nowhere": (lambda path: path.symlink_to("nowhere"), "is a symbolic link, which is not followed"),
    "link to itself": (lambda path: path.symlink_to(path.name), "is a symbolic link, which is not followed"),
}


@pytest.mark.parametrize("kind", SPECIAL)
@pytest.mark.parametrize("name", ["2026-01-01T120500Z.json", "2026-01-01T120500Z.zip", "manifest.jsonl"])
def test_what_is_no_file_is_named_in_a_folder(tmp_path: Path, kind: str, name: str) -> None:
    (tmp_path / GOOD).write_bytes(BODY)
    make, reason = SPECIAL[kind]
    make(tmp_path / name)
    assert found_in(tmp_path) == ([GOOD], {name: reason})


@pytest.mark.parametrize(
    ("path", "reason"), [("/dev/zero", "is a character device, which is not opened"), ("fifo", "is a FIFO, which is")]
)
def test_what_is_no_file_is_not_opened_where_it_is_named_either(tmp_path: Path, path: str, reason: str) -> None:
    os.mkfifo(tmp_path / "fifo")
    recordings, told = found_in(tmp_path / path)
    assert recordings == []
    assert told[Path(path).name].startswith(reason)


@pytest.mark.parametrize("kind", SPECIAL)
@pytest.mark.parametrize("is_zip", [False, True])
def test_what_is_put_in_a_files_place_before_it_is_read_is_not_opened(
    tmp_path: Path, kind: str, *, is_zip: bool
) -> None:
    path = tmp_path / "2026-01-01T120500Z.json"
    path.write_bytes(BODY)
    if is_zip:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("2026-01-01T120500Z.json", BODY)
    [found] = find_recordings(tmp_path)
    assert isinstance(found, Recording)
    path.rename(tmp_path / GOOD)
    make, reason = SPECIAL[kind]
    make(path)
    with pytest.raises(OSError) as error:  # noqa: PT011 - its reason is compared
        found.read()
    assert fault_of(error.value) == reason


@pytest.mark.parametrize("is_zip", [False, True])
def test_a_link_that_is_named_is_followed_and_keeps_its_name(tmp_path: Path, *, is_zip: bool) -> None:
    path, link = tmp_path / "target", tmp_path / "2026-01-01T120500Z.json"
    path.write_bytes(BODY)
    if is_zip:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("body.json", BODY)
    link.symlink_to(path)
    [found] = find_recordings(link)
    assert isinstance(found, Recording)
    assert (found.path, found.fetched_at.minute, found.read()) == (link, 5, BODY)


def test_a_link_put_there_between_two_looks_at_it_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / GOOD).write_bytes(BODY)
    (tmp_path / "link").symlink_to(GOOD)
    monkeypatch.setattr(Path, "lstat", Path.stat)
    with (
        pytest.raises(OSError, match="it is a symbolic link, which is not followed"),
        opened_regular(tmp_path / "link"),
    ):
        pass


@pytest.mark.parametrize(
    ("mode", "kind"), [(stat.S_IFBLK, "a block device"), (stat.S_IFCHR, "a character device"), (0, "no regular file")]
)
def test_kinds_that_need_rights_to_be_made_are_known_by_their_mode(mode: int, kind: str) -> None:
    assert why_not_opened(mode | 0o644) == f"is {kind}, which is not opened"
    assert why_not_opened(stat.S_IFREG) is None


@contextmanager
def without_rights() -> Iterator[None]:
    """Root may read everything: for the time of the block this is somebody else."""
    before = os.geteuid()
    os.seteuid(before or NOBODY)
    try:
        yield
    finally:
        os.seteuid(before)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may look into, and so the folders above it."""
    with tempfile.TemporaryDirectory(dir="/tmp") as made:
        Path(made).chmod(0o755)
        yield Path(made)


def test_files_and_folders_without_rights_are_named_and_cost_nothing_else(open_folder: Path) -> None:
    (open_folder / GOOD).write_bytes(BODY)
    for name in ("2026-01-01T120500Z.json", "manifest.jsonl", "archive.zip"):
        (open_folder / name).write_bytes(BODY)
        (open_folder / name).chmod(0)
    for name, mode in {"shut": 0, "unentered": 0o444}.items():
        (open_folder / name).mkdir()
        (open_folder / name / "2026-01-01T121000Z.json").write_bytes(BODY)
        (open_folder / name).chmod(mode)
    with without_rights():
        recordings, told = found_in(open_folder)
    for name in ("shut", "unentered"):
        (open_folder / name).chmod(0o700)
    denied = "cannot be read: Permission denied"
    assert recordings == [GOOD]
    assert told == {
        "2026-01-01T120500Z.json": denied,
        "manifest.jsonl": denied,
        "archive.zip": denied,
        "2026-01-01T121000Z.json": denied,
        "shut": "cannot be listed: Permission denied",
    }


def test_hidden_and_unfinished_files_are_no_recordings_whatever_they_are(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    for name in (GOOD, ".DS_Store", ".git/x.json"):
        (tmp_path / name).write_bytes(BODY)
    os.mkfifo(tmp_path / ".hidden")
    os.mkfifo(tmp_path / "copying.json.part")
    assert found_in(tmp_path) == ([GOOD], {})


def test_a_name_in_a_manifest_that_cannot_be_followed_costs_only_its_line(tmp_path: Path) -> None:
    (tmp_path / "good.json").write_bytes(BODY)
    (tmp_path / "circle").symlink_to("circle")
    names = ["circle/x.json", "x" * 300, "a\0b", "good.json"]
    lines = [json.dumps({"file": name, "fetched_at": "2026-01-01T12:00:00Z"}) for name in names]
    (tmp_path / "manifest.jsonl").write_text("\n".join(lines))
    assert found_in(tmp_path)[0] == ["good.json"]
