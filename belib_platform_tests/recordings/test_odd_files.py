"""A file or a line of a manifest whose name is not UTF-8 costs no other file."""

import json
import os
from pathlib import Path

import pytest

from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.recording import Recording, Unreadable
from belib_platform_tests.sources.portal_records import live

BODY = json.dumps([live(0)]).encode()
GOOD = ["a_20260101T120000Z.json", "z_20260101T120500Z.json"]
NAMES = [b"m\xff_20260101T120200Z.json", b"\xe9t\xe9/20260101T120200Z.json", b"m\xed\xa0\x80_20260101T120200Z.json"]


def found_in(folder: Path) -> tuple[list[str], list[Unreadable]]:
    found = list(find_recordings(folder))
    good = [item.path.name for item in found if isinstance(item, Recording)]
    return good, [item for item in found if isinstance(item, Unreadable)]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_is_not_utf8_costs_only_its_file(tmp_path: Path, name: bytes) -> None:
    for good_name in GOOD:
        (tmp_path / good_name).write_bytes(BODY)
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
