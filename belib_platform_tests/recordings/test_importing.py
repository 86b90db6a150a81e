"""Somebody's recordings become pages; what is broken costs only itself and is named."""

import gzip
import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import zstandard

from belib_platform.raw.store import RawStore
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.import_result import ImportResult
from belib_platform.recordings.importing import import_recordings
from belib_platform.settings import Settings
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.recordings import MANIFEST, write_recordings
from belib_platform_tests.sources.portal_records import live

SETTINGS = Settings(first_day=date(2022, 1, 1), _env_file=None)
BODY = json.dumps([live(n) for n in range(3)]).encode()
DAY = date(2025, 3, 29)


def named(reasons: list[tuple[str, str]]) -> dict[str, str]:
    return {Path(path).name: reason for path, reason in reasons}


def taken(folder: Path, store: RawStore, **asked: Any) -> ImportResult:
    return import_recordings(find_recordings(folder, **asked), SETTINGS, store)


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """Three sound recordings among eleven files that are none."""
    files = {
        "2025-03-29T100000Z.json": BODY,
        "2025-03-29T100500Z.json.gz": gzip.compress(BODY),
        "2025-03-29T101000Z.json.zst": zstandard.compress(BODY),
        "2025-03-29T101500Z.json.gz": gzip.compress(BODY)[:-20],
        "2025-03-29T102000Z.json.zst": b"no zstd",
        "2025-03-29T102500Z.json": BODY[:-30],
        "2025-03-29T103000Z.json": b"[]",
        "2025-03-29T103500Z.html": b"<html>",
        "2025-03-29T104000Z.json": b"",
        "2025-03-29T104500Z.json": b"\xff\xfe\x00",
        "2021-12-31T235959Z.json": BODY,
        "2999-01-01T000000Z.json": BODY,
        "no time.json": BODY,
        "notes.txt": b"what I recorded",
    }
    for name, body in files.items():
        (tmp_path / name).write_bytes(body)
    (tmp_path / "also").mkdir()
    (tmp_path / "also" / "2025-03-29T100000Z.json").write_bytes(BODY.replace(b"Disponible", b"Inconnu"))
    return tmp_path


def test_a_mixed_folder_costs_only_what_is_broken(store: RawStore, mixed: Path) -> None:
    result = taken(mixed, store)
    assert (result.sound, result.days) == (Counter(belib=3), {"belib": {DAY}})
    refused = named(result.refused)
    assert len(result.refused) == 12
    assert "gzip cut short" in refused["2025-03-29T101500Z.json.gz"]
    assert "is not sound zstd" in refused["2025-03-29T102000Z.json.zst"]
    assert refused["2025-03-29T102500Z.json"].startswith("The body is not whole JSON")
    assert refused["2021-12-31T235959Z.json"] == "is of 2021-12-31, before BELIB_FIRST_DAY (2022-01-01)"
    assert refused["2999-01-01T000000Z.json"] == "is of 2999-01-01 00:00 UTC, which is still to come"
    assert "no known fetch time" in refused["no time.json"]
    assert "claims the same instant and was not kept" in refused["2025-03-29T100000Z.json"]
    assert all(reason and "\n" not in reason for reason in refused.values())
    partition = store.responses("raw_belib")
    assert [body for _, body in partition.bodies(partition.responses(DAY))] == [BODY] * 3
    [torn] = [
        response for response in partition.all_responses(date(2000, 1, 1), date(2999, 1, 2)) if not response.is_sound
    ]
    assert (torn.verdict, torn.fetched_at.minute) == ("refused", 25)


def test_importing_again_changes_nothing(store: RawStore, mixed: Path) -> None:
    def everything() -> dict[str, Any]:
        return {name: list(store.database[name].find()) for name in store.database.list_collection_names()}

    first = taken(mixed, store)
    before = everything()
    again = taken(mixed, store)
    assert (again.new["belib"], again.sound, again.days) == (0, first.sound, first.days)
    assert again.refused == first.refused
    assert everything() == before


def test_an_import_says_so_in_page_and_ledger(store: RawStore, tmp_path: Path) -> None:
    (tmp_path / "2025-03-29T100000Z.json").write_bytes(BODY)
    taken(tmp_path, store)
    [response] = store.responses("raw_belib").responses(DAY)
    assert (response.origin, response.status_code, response.headers, response.url) == ("import", None, {}, None)
    assert response.received_at == response.fetched_at == datetime(2025, 3, 29, 10, tzinfo=UTC)
    [attempt] = store.ledger.attempts(DAY)
    assert (attempt["origin"], attempt["outcome"], attempt["page_id"]) == ("import", "sound", response.id)


def test_a_file_that_is_gone_or_changed_meanwhile_costs_only_itself(store: RawStore, tmp_path: Path) -> None:
    paths = [tmp_path / f"2025-03-29T10000{n}Z.json.gz" for n in range(3)]
    for path in paths:
        path.write_bytes(gzip.compress(BODY))
    found = list(find_recordings(tmp_path))
    paths[0].unlink()
    paths[1].write_bytes(b"no gzip")
    result = import_recordings(found, SETTINGS, store)
    assert result.sound == Counter(belib=1)
    refused = named(result.refused)
    assert "No such file" in refused[paths[0].name]
    assert "is not sound gzip" in refused[paths[1].name]


def test_nothing_was_known_before_it_was_asked(store: RawStore, tmp_path: Path) -> None:
    at = datetime(2025, 3, 29, 10, tzinfo=UTC)
    (tmp_path / "a.json").write_bytes(BODY)
    line = {"file": "a.json", "fetched_at": at.isoformat(), "received_at": (at - timedelta(days=1)).isoformat()}
    (tmp_path / MANIFEST).write_text(json.dumps(line))
    taken(tmp_path, store)
    [response] = store.responses("raw_belib").responses(DAY)
    assert response.received_at == at


@pytest.mark.slow
def test_every_recorded_answer_of_a_day_becomes_a_page(store: RawStore, tmp_path: Path) -> None:
    paris = Paris.draw(3, first_day=DAY, days=1, stations=3)
    written = write_recordings(paris, tmp_path, paris.begins_at, paris.ends_at)
    told: list[int] = []
    result = import_recordings(find_recordings(tmp_path), SETTINGS, store, told.append)
    assert sum(told) == written == sum(result.sound.values()) + len(result.refused)
    assert set(result.sound) == {"belib", "belib_static", "open_meteo"}
    assert len(store.ledger.attempts(DAY)) == written
    for line in (tmp_path / MANIFEST).read_text().splitlines():
        entry = json.loads(line)
        collection = {"belib": "raw_belib", "belib_static": "raw_belib_static", "open_meteo": "raw_meteo"}
        document = store.database[collection[entry["source"]]].find_one({"sha256": entry["sha256"]})
        assert document is not None
