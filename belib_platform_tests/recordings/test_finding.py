"""Somebody's own archive, as it may lie on a disk."""

import gzip
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import zstandard

from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.recorded_file import BODY_LIMIT
from belib_platform.recordings.recording import Recording, Unreadable
from belib_platform_tests.sources.portal_records import live

LIVE = json.dumps([live(0)]).encode()
STATIC = json.dumps([{"id_pdc_local": "FR*V75*EPX04*06*5", "statut_pdc": "En service"}]).encode()
WEATHER = json.dumps({"hourly": {"time": [1], "temperature_2m": [2]}}).encode()
CSV = b"ID PDC local;Statut du point de recharge\nFR*V75*EPX04*06*5;Inconnu\n"
COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".zst": zstandard.ZstdCompressor().compress,
}
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def only(path: Path, **options: Any) -> Recording | Unreadable:
    (found,) = find_recordings(path, **options)
    return found


def reasons(path: Path, **options: Any) -> dict[str, str]:
    found = find_recordings(path, **options)
    return {item.path.name: item.reason for item in found if isinstance(item, Unreadable)}


def manifest(folder: Path, *lines: dict[str, Any] | str) -> None:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    (folder / "manifest.jsonl").write_text(text + "\n")


@pytest.mark.parametrize(
    ("body", "source", "media_type"),
    [
        (LIVE, "belib", "application/json"),
        (b"\xef\xbb\xbf \n" + LIVE, "belib", "application/json"),
        (STATIC, "belib_static", "application/json"),
        (WEATHER, "open_meteo", "application/json"),
        (b'{"request_state": 409, "message": ""}', "infoclimat", "application/json"),
        (b'{"cod": "200", "message": 0, "list": []}', "openweathermap", "application/json"),
        (b'{"cod": 401, "message": "Invalid API key"}', "openweathermap", "application/json"),
        (CSV, "belib", "text/csv"),
        (b"\xef\xbb\xbfid_pdc_local;nom_station\na;b\n", "belib_static", "text/csv"),
    ],
)
@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
def test_a_body_shows_its_source(tmp_path: Path, body: bytes, source: str, media_type: str, suffix: str) -> None:
    path = tmp_path / f"2026-01-01T120000Z.txt{suffix}"
    path.write_bytes(COMPRESS[suffix](body))
    found = only(path)
    assert isinstance(found, Recording)
    assert (found.source, found.media_type, found.fetched_at) == (source, media_type, NOON)
    assert found.read() == body


def test_recordings_come_by_time_wherever_they_lie(tmp_path: Path) -> None:
    names = ["b/20260101T000200Z.json", "a/20260101T000300Z.json", "20260101T000100Z.json", "a/20260101T000200Z.json"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(LIVE)
    found = [item.path.relative_to(tmp_path).as_posix() for item in find_recordings(tmp_path)]
    assert found == [names[2], names[3], names[0], names[1]]


def test_what_the_caller_says_holds_for_every_file(tmp_path: Path) -> None:
    (tmp_path / "x.html").write_bytes(b"<html>")
    paris = datetime(2026, 1, 1, 13, 0, 0, 999_999, tzinfo=timezone(timedelta(hours=1)))
    found = only(tmp_path, source="belib", fetched_at=paris)
    assert isinstance(found, Recording)
    assert (found.source, found.media_type) == ("belib", "text/html")
    assert found.fetched_at == NOON + timedelta(milliseconds=999)


def test_odd_files_are_told_and_never_stop_the_others(tmp_path: Path) -> None:
    bomb = zstandard.ZstdCompressor().compress(bytes(BODY_LIMIT + 1))
    odd = {
        "README.md": b"# Notes\n",
        "photo.png": b"\x89PNG\r\n\x1a\n\x00",
        "export.json": LIVE,
        "2026-01-01T120000Z.velib.json": b'{"total_count": 7, "results": []}',
        "2026-01-01T120000Z.list.json": b"[1, 2]",
        "2026-01-01T120000Z.bomb.json.zst": bomb,
        "2026-01-01T120000Z.bomb.json.gz": gzip.compress(bytes(BODY_LIMIT + 1), compresslevel=1),
        "2026-01-01T120000Z.cut.json.gz": gzip.compress(LIVE)[:-9],
        "2026-01-01T120000Z.empty.json": b"",
    }
    for name, body in odd.items():
        (tmp_path / name).write_bytes(body)
    (tmp_path / "2026-01-01T120000Z.json").write_bytes(LIVE)
    told = reasons(tmp_path)
    assert told.keys() == odd.keys()
    assert "neither JSON nor a CSV export" in told["README.md"]
    assert "neither JSON nor a CSV export" in told["photo.png"]
    assert told["export.json"] == (
        "has no known fetch time: neither manifest.jsonl nor its name tells; give --fetched-at, --time-field or "
        "--time-format, or name its time in manifest.jsonl"
    )
    assert "a page of Explore v2.1 records" in told["2026-01-01T120000Z.velib.json"]
    assert "holds more than 67,108,864 bytes" in told["2026-01-01T120000Z.bomb.json.zst"]
    assert "holds more than 67,108,864 bytes" in told["2026-01-01T120000Z.bomb.json.gz"]
    assert "cut short" in told["2026-01-01T120000Z.cut.json.gz"]
    assert [item.path.name for item in find_recordings(tmp_path) if isinstance(item, Recording)] == [
        "2026-01-01T120000Z.json"
    ]


@pytest.mark.parametrize("body", ["null", "7", "true", '"text"', " null\n", "NaN", "-1.5e3"])
@pytest.mark.parametrize("name", ["2026-01-01T120000Z.json", "export.json"])
def test_json_that_is_neither_an_object_nor_a_list_is_named(tmp_path: Path, body: str, name: str) -> None:
    (tmp_path / name).write_text(body)
    assert reasons(tmp_path) == {name: f"is JSON without any record: {body.strip()}"}


def test_a_manifest_tells_what_names_do_not(tmp_path: Path) -> None:
    (tmp_path / "2026").mkdir()
    (tmp_path / "2026" / "one.json.zst").write_bytes(zstandard.ZstdCompressor().compress(LIVE))
    entry = {
        "file": "2026/one.json.zst",
        "source": "belib",
        "fetched_at": "2026-01-01T13:00:00.0006+01:00",
        "received_at": "2026-01-01T12:00:02.5Z",
        "url": "https://portal.invalid/exports/json",
        "sha256": hashlib.sha256(LIVE).hexdigest().upper(),
    }
    manifest(tmp_path, entry, "")
    found = only(tmp_path)
    assert isinstance(found, Recording)
    assert (found.fetched_at, found.url, found.source) == (NOON, entry["url"], "belib")
    assert found.received_at == NOON + timedelta(seconds=2.5)


def test_a_manifests_faults_are_told(tmp_path: Path) -> None:
    outside = tmp_path / "secret.json"
    outside.write_bytes(LIVE)
    folder = tmp_path / "archive"
    folder.mkdir()
    (folder / "link.json").symlink_to(outside)
    for name in ("changed.json", "velov.json", "naive.json"):
        (folder / name).write_bytes(LIVE)
    at = {"fetched_at": "2026-01-01T12:00:00Z"}
    manifest(
        folder,
        {"file": "../secret.json", **at},
        {"file": str(outside), **at},
        {"file": "link.json", **at},
        "not json",
        "[]",
        {"file": "naive.json", "fetched_at": "2026-01-01T12:00:00"},
        {"file": "changed.json", "sha256": "0" * 64, **at},
        {"file": "velov.json", "source": "velov", **at},
        {"file": "absent.json", **at},
    )
    found = [item for item in find_recordings(folder) if isinstance(item, Unreadable)]
    lines = [item.reason for item in found if item.path.name == "manifest.jsonl"]
    assert [line.partition(":")[0] for line in lines] == [f"line {n}" for n in range(1, 7)]
    assert all("leads out of the folder" in line for line in lines[:3])
    assert "timezone" in lines[5]
    told = {item.path.name: item.reason for item in found}
    assert "its sha256 differs" in told["changed.json"]
    assert "source 'velov'" in told["velov.json"]
    assert "no such file" in told["absent.json"]
    assert not [item for item in find_recordings(folder) if isinstance(item, Recording)]


def test_what_cannot_be_meant_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no source 'velov'"):
        find_recordings(tmp_path, source="velov")
    with pytest.raises(ValueError, match="needs a time zone"):
        find_recordings(tmp_path, fetched_at=NOON.replace(tzinfo=None))
    with pytest.raises(ValueError, match="names no day"):
        find_recordings(tmp_path, time_format="%H%M")
    assert only(tmp_path / "nowhere") == Unreadable(tmp_path / "nowhere", "does not exist")


def test_the_recorded_answers_need_no_options(recorded: Callable[[str], Path]) -> None:
    found = list(find_recordings(recorded("belib_realtime")))
    live_ones = [item for item in found if isinstance(item, Recording)]
    assert len(live_ones) == 19
    assert {item.source for item in live_ones} == {"belib"}
    assert live_ones[0].fetched_at == datetime(2023, 1, 27, 15, 56, 27, tzinfo=UTC)
    responses = [item for item in found if isinstance(item, Unreadable) and item.path.suffix == ".json"]
    assert all("a page of Explore v2.0 records" in response.reason for response in responses)


def test_the_recorded_csv_exports_need_their_day(recorded: Callable[[str], Path]) -> None:
    for folder, source in (("belib_realtime", "belib"), ("belib_static", "belib_static")):
        found = only(recorded(f"{folder}/2022-12-02_export_labels.csv"), time_format="%Y-%m-%d")
        assert isinstance(found, Recording)
        assert (found.source, found.media_type) == (source, "text/csv")
        assert found.fetched_at == datetime(2022, 12, 2, tzinfo=UTC)
