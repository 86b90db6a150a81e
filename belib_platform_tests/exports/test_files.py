"""A file is whole or not there: writers that fail, are killed, or meet."""

import subprocess
import sys
from pathlib import Path
from threading import Barrier, Thread
from typing import IO

import pytest

from belib_platform.exports.files import FileSet, write_files


def text(content: bytes, *paths: str) -> FileSet:
    """Files of one content."""

    def write(file: IO[bytes]) -> None:
        file.write(content)

    return FileSet(dict.fromkeys(paths, write), lambda folder: (folder / paths[-1]).read_bytes() == content)


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_files_are_made_with_their_folders_and_then_left_alone(folder: Path) -> None:
    assert write_files(folder, [text(b"a", "deep/one", "two")]) == ["deep/one", "two"]
    assert names(folder) == {"deep/one", "two"}
    assert write_files(folder, [text(b"a", "deep/one", "two")]) == []
    assert write_files(folder, [text(b"b", "deep/one", "two"), text(b"c", "three")]) == ["deep/one", "two", "three"]
    assert (folder / "deep/one").read_bytes() == b"b"


def test_an_error_half_way_leaves_the_old_file_and_nothing_else(folder: Path) -> None:
    write_files(folder, [text(b"old", "file")])

    def fail(file: IO[bytes]) -> None:
        file.write(b"new")
        raise OSError("no space left")

    with pytest.raises(OSError, match="no space left"):
        write_files(folder, [FileSet({"file": fail}, lambda _: False)])
    assert (folder / "file").read_bytes() == b"old"
    assert names(folder) == {"file"}


def test_a_killed_writer_leaves_the_old_file_and_the_next_one_writes(folder: Path) -> None:
    write_files(folder, [text(b"old", "file")])
    program = [sys.executable, "-m", "belib_platform_tests.exports.halting_writer", str(folder), "file"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "half\n"
        assert (folder / "file").read_bytes() == b"old"
        writer.kill()
    assert (folder / "file").read_bytes() == b"old"
    assert (folder / ".file.part").stat().st_size > 1_000_000
    assert write_files(folder, [text(b"newer", "file")]) == ["file"]
    assert (folder / "file").read_bytes() == b"newer"
    assert names(folder) == {"file"}


def test_writers_that_meet_write_one_after_the_other(folder: Path) -> None:
    together = Barrier(4)
    failures: list[BaseException] = []

    def write(number: int) -> None:
        content = str(number).encode() * 200_000
        together.wait()
        try:
            write_files(folder, [text(content, "one", "two")])
        except BaseException as error:
            failures.append(error)
            raise

    threads = [Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    one, two = ((folder / name).read_bytes() for name in ("one", "two"))
    assert one == two
    assert len(set(one)) == 1
    assert names(folder) == {"one", "two"}
