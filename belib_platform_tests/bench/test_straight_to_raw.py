"""What the benchmark puts into raw is what an import of the same recordings leaves there."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from belib_platform.raw.store import RawStore
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.importing import import_recordings
from belib_platform.settings import load_settings
from belib_platform.sources.registry import raw_collections
from belib_platform_tests.bench.load import DAY, midnight, paris_without_outages, write_load
from belib_platform_tests.bench.straight_to_raw import load_day


def taken_out(store: RawStore) -> dict[str, list[dict[str, Any]]]:
    """All documents of raw and of the ledger, which are empty afterwards."""
    found = {name: list(store.database[name].find().sort("_id")) for name in ("poll_attempt", *raw_collections())}
    for name in found:
        store.database[name].drop()
    return found


def test_raw_is_as_after_an_import(store: RawStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BELIB_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BELIB_FIRST_DAY", DAY.isoformat())
    paris = paris_without_outages(DAY, 1, stations=3)
    recordings = tmp_path / "recordings"
    write_load(paris, recordings, midnight(DAY), midnight(DAY + timedelta(days=1)))
    result = import_recordings(find_recordings(recordings), load_settings(), store)
    assert not result.refused
    imported = taken_out(store)
    assert len(imported["raw_belib"]) == 288
    load_day(paris, DAY, store)
    assert taken_out(store) == imported


def test_an_interrupted_load_goes_on(store: RawStore) -> None:
    paris = paris_without_outages(DAY, 1, stations=1)
    load_day(paris, DAY, store)
    store.ledger.collection.delete_one({})
    load_day(paris, DAY, store)
    assert store.ledger.collection.count_documents({}) == 288 + 24 + 1
