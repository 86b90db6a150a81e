"""A file with an odd name, or one whose reading fails in a way nobody foresaw, costs no other file."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from belib_platform.recordings import finding
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.recording import Recording, Unreadable
from belib_platform_tests.sources.portal_records import live

BODY = json.dumps([live(0)]).encode()
GOOD = ["a_20260101T120000Z.json", "z_20260101T120500Z.json"]
BAD = "m_20260101T120200Z.json"
NAMES = [b"m\xff_20260101T120200Z.json", b"\xe9t\xe9/20260101T120200Z.json", b"m\xed\xa0\x80_20260101T120200Z.json"]
ERRORS = [KeyError("x"), OverflowError("x"), RecursionError("x"), MemoryError(), pl.exceptions.PanicException("x")]


def good_files(folder: Path) -> None:
    for name in GOOD:
        (folder / name).write_bytes(BODY)


def found_in(folder: Path) -> tuple[list[str], list[Unreadable]]:
    found = list(find_recordings(folder))
    good = [item.path.name for item in found if isinstance(item, Recording)]
    return good, [item for item in found if isinstance(item, Unreadable)]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_is_not_utf8_costs_only_its_file(tmp_path: Path, name: bytes) -> None:
    good_files(tmp_path)
    path = Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name)))  # noqa: PTH118 — a Path holds no bytes
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(BODY)
    good, [told] = found_in(tmp_path)
    assert good == GOOD
    assert (told.path, told.reason) == (path, "has a name that is not UTF-8; rename it")


@pytest.mark.parametrize("line", [b'{"file": "m\xff.json"}', b'{"file": "m\\udcff.json"}', b"\xff", b'{"file": "\xff'])
def test_a_line_of_a_manifest_that_is_not_utf8_costs_only_itself(tmp_path: Path, line: bytes) -> None:
    (tmp_path / "one.json").write_bytes(BODY)
    good = json.dumps({"file": "one.json", "fetched_at": "2026-01-01T12:00:00Z"}).encode()
    (tmp_path / "manifest.jsonl").write_bytes(line + b"\n" + good + b"\n")
    taken, [told] = found_in(tmp_path)
    assert taken == ["one.json"]
    assert (told.path.name, told.reason.partition(":")[0]) == ("manifest.jsonl", "line 1")
    told.reason.encode()


def failing_for(name: str, error: BaseException, real: Callable[..., Any]) -> Callable[..., Any]:
    """The function, but failing where one of its arguments is of the file named."""

    def of(argument: Any) -> str:
        return str(getattr(getattr(argument, "file", argument), "name", argument))

    def function(*args: Any, **more: Any) -> Any:
        if any(name in of(argument) for argument in args):
            raise error
        return real(*args, **more)

    return function


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("where", ["read_response", "_column", "finders"])
def test_a_fault_that_nobody_foresaw_costs_only_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str, error: BaseException
) -> None:
    good_files(tmp_path)
    (tmp_path / BAD).write_bytes(BODY)
    if where == "read_response":
        monkeypatch.setattr(finding, where, failing_for(BAD, error, finding.read_response))
    elif where == "_column":
        monkeypatch.setattr(finding._Finder, where, failing_for(BAD, error, finding._Finder._column))
    else:
        real = finding.finders
        monkeypatch.setattr(finding, "finders", lambda *args: failing_for(BAD, error, real(*args)))
    good, [told] = found_in(tmp_path)
    assert good == GOOD
    assert told.path.name == BAD
