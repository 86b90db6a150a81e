"""Zip archives: members are read where they lie; what would hurt is refused by name, and costs only itself."""

import gzip
import io
import json
import stat
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest
import zstandard

from belib_platform.recordings import zip_archive
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.recorded_file import BODY_LIMIT
from belib_platform.recordings.recording import Recording, Unreadable
from belib_platform.sources.inflating import InflateError
from belib_platform_tests.sources.portal_records import live

BODY = json.dumps([live(n) for n in range(3)]).encode()
AT = "2026-01-01T12{:02}00Z.json"


def zipped(path: Path, members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return path


def found_in(path: Path) -> tuple[list[Recording], dict[str, str]]:
    """Recordings, and reasons by what is refused."""
    found = list(find_recordings(path))
    told = {item.place or item.path.name: item.reason for item in found if isinstance(item, Unreadable)}
    return [item for item in found if isinstance(item, Recording)], told


@pytest.mark.parametrize("kind", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_members_are_recordings_like_files(tmp_path: Path, kind: int) -> None:
    members = {f"a/{AT.format(0)}": BODY, f"{AT.format(5)}.gz": gzip.compress(BODY)}
    zipped(tmp_path / "archive.bin", members, kind)
    recordings, told = found_in(tmp_path)
    assert told == {}
    assert [(item.place, item.fetched_at.minute, item.read()) for item in recordings] == [
        (f"a/{AT.format(0)}", 0, BODY),
        (f"{AT.format(5)}.gz", 5, BODY),
    ]
    assert recordings[0].shown == f"{tmp_path / 'archive.bin'}, a/{AT.format(0)}"
    assert sorted(tmp_path.rglob("*")) == [tmp_path / "archive.bin"]


def test_an_archives_name_and_its_own_manifest_tell_times(tmp_path: Path) -> None:
    zipped(tmp_path / "2026-01-01T123000Z.zip", {"body.json": BODY})
    lines = [{"file": "x/b.json", "fetched_at": "2026-01-01T12:31:00Z"}, {"file": "gone.json"}, {"file": "../b.json"}]
    told_by = {"manifest.jsonl": "\n".join(map(json.dumps, lines)).encode(), "x/b.json": BODY}
    zipped(tmp_path / "other.zip", told_by)
    recordings, told = found_in(tmp_path)
    assert [item.fetched_at.minute for item in recordings] == [30, 31]
    assert told == {
        "gone.json": "is named in manifest.jsonl, line 2, but there is no such file",
        "manifest.jsonl": "line 3: ../b.json leads out of the folder",
    }


def test_what_would_hurt_is_refused_by_name_and_costs_only_itself(tmp_path: Path) -> None:
    inner, tar = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(inner, "w") as nested:
        nested.writestr(AT.format(1), BODY)
    with tarfile.open(fileobj=tar, mode="w") as nested_tar:
        nested_tar.addfile(tarfile.TarInfo("x"))
    link = zipfile.ZipInfo("link.json")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("../../etc/evil.json", "/etc/evil.json", "..\\evil.json", "C:/evil.json"):
            archive.writestr(name, BODY)
        archive.writestr(link, "/etc/passwd")
        archive.writestr("nested.json", inner.getvalue())
        archive.writestr("nested.tar", tar.getvalue())
        archive.writestr("nested.gz", gzip.compress(inner.getvalue()))
        archive.writestr(f"bomb_{AT.format(2)}", bytes(BODY_LIMIT + 1))
        archive.writestr(".hidden/x.json", BODY)
        archive.writestr("__MACOSX/x.json", BODY)
        archive.writestr("x.json.part", BODY)
        archive.writestr(AT.format(3), BODY)
    recordings, told = found_in(path)
    assert [item.place for item in recordings] == [AT.format(3)]
    leads_out = "has a name that leads out of its archive"
    assert told == {
        "../../etc/evil.json": leads_out,
        "/etc/evil.json": leads_out,
        "..\\evil.json": leads_out,
        "C:/evil.json": leads_out,
        "link.json": "is a symbolic link, which is not followed",
        "nested.json": "is a zip archive in another, which is not opened",
        "nested.tar": "is a tar archive in another, which is not opened",
        "nested.gz": "is a zip archive in another, which is not opened",
        f"bomb_{AT.format(2)}": "holds more than 67,108,864 bytes",
    }
    assert list(tmp_path.iterdir()) == [path]


def test_encrypted_and_damaged_members_are_refused_by_name(tmp_path: Path) -> None:
    path = zipped(tmp_path / "archive.zip", {AT.format(n): BODY for n in range(4)}, zipfile.ZIP_STORED)
    raw = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        starts = [info.header_offset for info in archive.infolist()]
    directory = raw.index(b"PK\x01\x02")
    raw[directory + 8] |= 1  # the first says it is encrypted
    raw[starts[1] + 30 + len(AT.format(1)) + 5] ^= 0xFF  # a bit of the second turned
    third = raw.index(b"PK\x01\x02", raw.index(b"PK\x01\x02", directory + 4) + 4)
    struct.pack_into("<H", raw, third + 10, 97)  # the third packed in a way nobody knows
    path.write_bytes(raw)
    recordings, told = found_in(path)
    assert [item.place for item in recordings] == [AT.format(3)]
    assert told[AT.format(0)] == "is encrypted"
    assert "Bad CRC-32" in told[AT.format(1)]
    assert "cannot be read from its archive" in told[AT.format(2)]


def test_archives_are_bounded_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = zipped(tmp_path / "archive.zip", {AT.format(n): BODY for n in range(3)})
    for limit, said in (("MEMBER_LIMIT", "3 members, more than 2"), ("TOTAL_LIMIT", "once inflated, more than 2")):
        with monkeypatch.context() as small:
            small.setattr(zip_archive, limit, 2)
            assert said in found_in(path)[1]["archive.zip"]
    monkeypatch.setattr(zip_archive, "DIRECTORY_LIMIT", 2)
    zip_archive._opened_once.cache_clear()
    assert "a directory of more than 2 bytes" in found_in(path)[1]["archive.zip"]


def test_what_only_begins_like_a_zip_or_is_another_archive_is_named(tmp_path: Path) -> None:
    (tmp_path / "cut.zip").write_bytes(zipped(tmp_path / "whole.zip", {AT.format(0): BODY}).read_bytes()[:-30])
    (tmp_path / "a.7z").write_bytes(b"7z\xbc\xaf\x27\x1c....")
    (tmp_path / "whole.zip.gz").write_bytes(gzip.compress((tmp_path / "whole.zip").read_bytes()))
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as tar:
        tar.add(tmp_path / "a.7z", "x")
    recordings, told = found_in(tmp_path)
    assert len(recordings) == 1
    assert told == {
        "cut.zip": "is not a sound zip archive: File is not a zip file",
        "a.7z": "is a 7z archive, which is not opened",
        "a.tar.gz": "is a tar archive, which is not opened",
        "whole.zip.gz": "is a zip archive, which is not opened",
    }


def test_a_file_is_inflated_by_how_it_begins_when_its_suffix_lies(tmp_path: Path) -> None:
    for number, (suffix, body) in enumerate(
        [(".json", gzip.compress(BODY)), (".gz", zstandard.compress(BODY)), (".json.gz", BODY), (".zst", BODY)]
    ):
        (tmp_path / f"2026-01-01T120{number}00Z{suffix}").write_bytes(body)
    recordings, told = found_in(tmp_path)
    assert told == {}
    assert [item.read() for item in recordings] == [BODY] * 4


def test_an_archive_that_changes_is_opened_anew(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", {AT.format(0): BODY})
    [item] = found_in(path)[0]
    zipped(path, {"x.json": BODY, AT.format(7): BODY})
    with pytest.raises(InflateError, match="no longer where it was"):
        item.read()
    assert found_in(path)[0][0].fetched_at.minute == 7
