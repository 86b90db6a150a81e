"""Answers that came in pages fold into the same rows as the same records in one export."""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from belib_platform.raw.store import RawStore
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.importing import import_recordings
from belib_platform.settings import Settings
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.sources.explore_bodies import pages_of
from belib_platform_tests.sources.portal_records import live
from belib_platform_tests.warehouse.days import assert_same, refresh, rows_of

SETTINGS = Settings(_env_file=None)
NOON = datetime(2025, 3, 29, 12, tzinfo=UTC)
DAY = NOON.date()
POLLS = 4


def polls() -> list[list[dict[str, Any]]]:
    """Four polls of three hundred points, with a word nobody knows, nulls, and records that came on two pages."""
    draw = random.Random(7)
    words = ["Disponible", "Occupé (en charge)", "Inconnu"]
    sent = [[live(n, statut_pdc=draw.choice(words)) for n in range(300)] for _ in range(POLLS)]
    for records in sent:
        records[10] = live(10, statut_pdc="Hors d'usage")
        records[20] = live(20, adresse_station=None, coordonneesxy=None)
        records[299] = live(5, statut_pdc="Inconnu")
        records[298] = dict(records[7])
    return sent


def write(folder: Path, *, version: str | None) -> None:
    """The polls as exports, or in pages of seven: more pages than are decoded together."""
    for poll, records in enumerate(polls()):
        at = (NOON + timedelta(minutes=5 * poll)).strftime("%Y-%m-%dT%H%M%SZ")
        bodies = pages_of(records, 7, version) if version else [json.dumps(records).encode()]
        for number, body in enumerate(bodies):
            (folder / f"{at}_{number}.json").write_bytes(body)


@pytest.mark.family
@pytest.mark.parametrize("version", ["v1.0", "v2.0", "v2.1"])
def test_pages_and_an_export_make_the_same_tables(
    store: RawStore, warehouse: Warehouse, tmp_path: Path, version: str
) -> None:
    made = []
    for of_it in (None, version):
        folder = tmp_path / str(of_it)
        folder.mkdir()
        write(folder, version=of_it)
        result = import_recordings(find_recordings(folder), SETTINGS, store)
        assert dict(result.sound) == {"belib": POLLS}
        refresh(store, warehouse, DAY, full_refresh=True)
        made.append(rows_of(warehouse))
        store.database["raw_belib"].delete_many({})
        store.database["poll_attempt"].delete_many({})
    assert_same(*made)
    assert made[0]["rejected_record"].height == POLLS * 3
    assert made[0]["poll"]["record_count"].to_list() == [300] * POLLS


def test_a_poll_in_pages_is_laid_on_the_day_so_far(store: RawStore, warehouse: Warehouse, tmp_path: Path) -> None:
    write(tmp_path, version="v2.0")
    actions = []
    for poll in range(POLLS):
        folder = tmp_path / str(poll)
        folder.mkdir()
        for file in tmp_path.glob(f"2025-03-29T12{5 * poll:02}00Z_*.json"):
            file.rename(folder / file.name)
        import_recordings(find_recordings(folder), SETTINGS, store)
        made = refresh(store, warehouse, DAY)
        actions.append(made["charge_point_status"].plan.action)
    assert actions == ["full_refresh", "append", "append", "append"]
    before = rows_of(warehouse)
    refresh(store, warehouse, DAY, full_refresh=True)
    assert_same(before, rows_of(warehouse))
