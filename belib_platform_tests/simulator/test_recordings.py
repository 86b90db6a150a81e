import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import zstandard
from typer.testing import CliRunner

from belib_platform.cli.simulating import app
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.recordings import MANIFEST, Network, write_recordings

VELIB_ALONE: Final[tuple[Network, ...]] = ("velib",)


def _entries(folder: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (folder / MANIFEST).read_text().splitlines()]


def test_the_manifest_leads_to_every_body(paris: Paris, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    window = (paris.begins_at, paris.ends_at)
    count = write_recordings(paris, tmp_path, *window, cadence_s=900, progress=lambda *at: seen.append(at))
    entries = _entries(tmp_path)
    files = {p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.zst")}
    assert count == len(entries) == len(files)
    assert {e["file"] for e in entries} == files
    assert [e["fetched_at"] for e in entries] == sorted(e["fetched_at"] for e in entries)
    assert seen[-1] == (2 * 96 + 2 + 48,) * 2
    for entry in entries:
        body = zstandard.decompress((tmp_path / entry["file"]).read_bytes())
        assert hashlib.sha256(body).hexdigest() == entry["sha256"]
        fetched_at, received_at = (datetime.fromisoformat(entry[k]) for k in ("fetched_at", "received_at"))
        assert paris.begins_at <= fetched_at < received_at < fetched_at + timedelta(seconds=1)


def test_bodies_are_those_of_their_instant(paris: Paris, tmp_path: Path) -> None:
    write_recordings(paris, tmp_path, paris.begins_at, paris.begins_at + timedelta(hours=2))
    expected = {"belib_static": paris.static_body(paris.first_day)}
    for entry in _entries(tmp_path):
        at = datetime.fromisoformat(entry["fetched_at"])
        body = zstandard.decompress((tmp_path / entry["file"]).read_bytes())
        if entry["source"] == "belib":
            answer = paris.realtime_answer(at)
            assert answer is not None
            expected["belib"] = answer.body
        if entry["source"] == "open_meteo":
            expected["open_meteo"] = paris.forecast_body(at)
        assert body == expected[entry["source"]]


def test_bike_stations_are_requested_two_minutes_after_charge_points(paris: Paris, tmp_path: Path) -> None:
    last = paris.begins_at + timedelta(hours=2)
    write_recordings(paris, tmp_path, paris.begins_at, last, cadence_s=300, networks=VELIB_ALONE)
    entries = _entries(tmp_path)
    assert {entry["source"] for entry in entries} == {"velib", "open_meteo"}
    bikes = [entry for entry in entries if entry["source"] == "velib"]
    assert len(bikes) == 24
    for entry in bikes:
        at = datetime.fromisoformat(entry["fetched_at"])
        assert at.minute % 5 == 2
        answer = paris.bike_answer(at)
        assert answer is not None
        assert zstandard.decompress((tmp_path / entry["file"]).read_bytes()) == answer.body
        assert entry["url"].endswith("/velib-disponibilite-en-temps-reel/exports/json")


def test_silence_leaves_no_file_and_an_outage_its_answer(full_paris: Paris, tmp_path: Path) -> None:
    for kind in ("silent", "html"):
        outage = next(o for o in full_paris.outages if o.kind == kind)
        minute = outage.starts_at.replace(second=0)
        first, last = minute + timedelta(minutes=1), minute + timedelta(minutes=6)
        write_recordings(full_paris, tmp_path / kind, first, last, cadence_s=60)
    assert not [e for e in _entries(tmp_path / "silent") if e["source"] == "belib"]
    refused = [e for e in _entries(tmp_path / "html") if e["source"] == "belib"]
    assert len(refused) == 5
    assert zstandard.decompress((tmp_path / "html" / refused[0]["file"]).read_bytes()).startswith(b"<!DOCTYPE")


def test_the_command_writes_the_same_bytes_twice(tmp_path: Path) -> None:
    for name in ("once", "again"):
        asked = ["write", str(tmp_path / name), "--first-day", "2026-01-01", "--days", "1", "--stations", "3"]
        result = CliRunner().invoke(app, [*asked, "--cadence", "3600"])
        assert result.exit_code == 0, result.output
    assert "70 files" in result.output.replace("\n", " ")
    once, again = (tmp_path / name / MANIFEST for name in ("once", "again"))
    assert once.read_bytes() == again.read_bytes()
    first = _entries(tmp_path / "once")[0]
    assert datetime.fromisoformat(first["fetched_at"]).astimezone(UTC).date().isoformat() == "2026-01-01"


def test_the_command_writes_only_the_networks_asked_for(tmp_path: Path) -> None:
    asked = ["write", str(tmp_path), "--first-day", "2026-01-01", "--days", "1", "--stations", "3", "--cadence", "3600"]
    result = CliRunner().invoke(app, [*asked, "--networks", "belib"])
    assert result.exit_code == 0, result.output
    assert {entry["source"] for entry in _entries(tmp_path)} == {"belib", "belib_static", "open_meteo"}
    refused = CliRunner().invoke(app, [*asked, "--networks", "belib,autolib"])
    assert refused.exit_code == 2
    assert "belib,autolib should be one or more of belib,velib" in " ".join(refused.output.replace("│", "").split())
