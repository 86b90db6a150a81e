"""Responses that the version before kept in pages go on: same tables, archived, restored, verified, doctored."""

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from belib_platform.raw.archive.archive import Archive, DamagedRawError, archive_day
from belib_platform.raw.archive.restoring import restore_day
from belib_platform.raw.archive.retiring import retire_day
from belib_platform.raw.archive.verifying import verify
from belib_platform.raw.store import RawStore
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.importing import import_recordings
from belib_platform.repair.doctor.archived import archive_and_raw, raw_and_archive
from belib_platform.repair.doctor.attempts import attempts_forgotten
from belib_platform.repair.doctor.finding import Finding
from belib_platform.repair.doctor.ledger import ledger_and_raw
from belib_platform.repair.doctor.readable import raw_is_readable
from belib_platform.repair.doctor.refolded import clean_and_raw
from belib_platform.repair.doctor.stores import Stores
from belib_platform.search.client import Search
from belib_platform.settings import Settings
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.raw.archive.days import documents, lose
from belib_platform_tests.raw.made_pages import NOON, response
from belib_platform_tests.sources.portal_records import live
from belib_platform_tests.upgrades.before import write_archive
from belib_platform_tests.upgrades.before_pages import Document, former_attempt, former_pages, sent
from belib_platform_tests.warehouse.days import NOW, assert_same, refresh, rows_of

RAW, DAY = "raw_belib", NOON.date()
FIVE = timedelta(minutes=5)
FIRST = [live(n) for n in range(30)]
SECOND = [live(n, statut_pdc="Occupé (en charge)" if n % 3 else "no such word") for n in range(30)]
COMPLETE = [former_pages(NOON, FIRST, 10), former_pages(NOON + FIVE, SECOND, 7)]
PARTIAL = former_pages(NOON + 2 * FIVE, FIRST, 10, held=2)


def write(store: RawStore, *responses: list[Document]) -> None:
    """Write documents and attempts as the version before did."""
    for pages in responses:
        store.database[RAW].insert_many([dict(page) for page in pages])
        store.ledger.collection.insert_one(former_attempt(pages))


def found(store: RawStore, warehouse: Warehouse, search: Search, archive: Archive) -> list[Finding]:
    """What the doctor finds of the day in raw, the ledger, the archive and the tables."""
    stores = Stores(store, warehouse, search, archive, "paris", NOW)
    looks: list[Callable[[Stores, date], Iterator[Finding]]] = [
        raw_and_archive, raw_is_readable, ledger_and_raw, attempts_forgotten, clean_and_raw, archive_and_raw,
    ]  # fmt: skip
    return [finding for look in looks for finding in look(stores, DAY)]


def test_they_make_the_tables_that_exports_make(store: RawStore, warehouse: Warehouse) -> None:
    write(store, *COMPLETE)
    assert [metadata.record_count for metadata in store.responses(RAW).responses(DAY)] == [30, 30]
    newest = store.responses(RAW).newest("belib")
    assert newest
    assert newest.fetched_at == NOON + FIVE
    refresh(store, warehouse, DAY)
    made = rows_of(warehouse)
    store.database[RAW].delete_many({})
    exports = [response(records, NOON + n * FIVE, origin="import") for n, records in enumerate((FIRST, SECOND))]
    store.keep(RAW, exports)
    refresh(store, warehouse, DAY, full_refresh=True)
    assert_same(made, rows_of(warehouse))


def test_they_are_archived_verified_restored_and_found_well(
    store: RawStore, warehouse: Warehouse, search: Search, tmp_path: Path
) -> None:
    write(store, *COMPLETE, PARTIAL)
    refresh(store, warehouse, DAY)
    before, archive = documents(store), Archive(tmp_path / "archive")
    entry = archive_day(archive, store, DAY)
    assert entry
    assert entry.pages == {RAW: {"sound": 8, "refused": 2}}
    assert found(store, warehouse, search, archive) == []
    lose(store)
    restore_day(archive, store, DAY)
    assert documents(store) == before
    assert found(store, warehouse, search, archive) == []
    retire_day(archive, store, DAY)
    assert documents(store)[RAW] == []
    restore_day(archive, store, DAY)
    assert documents(store) == before
    report = verify(archive)
    assert (report.broken, report.absent, report.strays) == ([], [], [])


def test_an_archive_of_them_is_what_would_be_archived_today(
    store: RawStore, warehouse: Warehouse, search: Search, tmp_path: Path
) -> None:
    responses, archive = [*COMPLETE, PARTIAL], Archive(tmp_path / "archive")
    pages = [page for some in responses for page in some]
    write_archive(archive.folder, DAY, pages, [former_attempt(some) for some in responses])
    assert verify(archive).broken == []
    restore_day(archive, store, DAY)
    restored = documents(store)
    lose(store)
    write(store, *responses)
    assert documents(store) == restored
    assert archive_day(archive, store, DAY) is None  # nothing differs, to the hash of the content
    refresh(store, warehouse, DAY)
    assert found(store, warehouse, search, archive) == []


def test_a_lost_page_is_a_lost_response(store: RawStore, warehouse: Warehouse, search: Search, tmp_path: Path) -> None:
    write(store, *COMPLETE)
    refresh(store, warehouse, DAY)
    store.database[RAW].delete_one({"_id": COMPLETE[0][1]["_id"]})
    assert [metadata.fetched_at for metadata in store.responses(RAW).responses(DAY)] == [NOON + FIVE]
    said = [str(finding.summary) for finding in found(store, warehouse, search, Archive(tmp_path / "archive"))]
    assert "pages are lost, and nowhere else" in said


@pytest.mark.parametrize("held", [1, 2])
def test_the_missing_pages_complete_them_in_a_later_import(store: RawStore, tmp_path: Path, held: int) -> None:
    kept = former_pages(NOON, FIRST, 10, held=held)
    write(store, kept)
    archive = Archive(tmp_path / "archive")
    archive_day(archive, store, DAY)
    folder = tmp_path / "rest"
    folder.mkdir()
    for start in range(10 * held, 30, 10):
        (folder / f"2025-03-29T120000Z_{start}.json").write_bytes(sent(FIRST[start : start + 10], 30))
    settings = Settings(home=tmp_path, _env_file=None)
    result = import_recordings(find_recordings(folder), settings, store)
    assert (dict(result.sound), result.refused) == ({"belib": 1}, [])
    [metadata] = store.responses(RAW).responses(DAY)
    [(_, body)] = store.responses(RAW).bodies([metadata])
    assert json.loads(body) == FIRST
    [attempt] = store.ledger.attempts(DAY)
    assert (attempt["outcome"], attempt["page_id"], attempt["record_count"]) == ("sound", metadata.id, 30)
    assert list(store.database[RAW].find({"page_count": {"$gt": 0}}, {"body": 0})) == [
        {name: value for name, value in page.items() if name != "body"} for page in kept
    ]
    entry = archive_day(archive, store, DAY)
    assert entry
    assert entry.pages == {RAW: {"sound": 1, "refused": 3}}
    again = import_recordings(find_recordings(folder), settings, store)
    assert (dict(again.sound), again.new["belib"], again.refused) == ({"belib": 1}, 0, [])


def test_pages_that_the_version_before_completed_after_the_archive_was_written_are_no_damage(
    store: RawStore, tmp_path: Path
) -> None:
    archive, partial, complete = Archive(tmp_path / "archive"), former_pages(NOON, FIRST, 10, held=2), COMPLETE[0]
    write_archive(archive.folder, DAY, partial, [former_attempt(partial)])
    write(store, complete)
    entry = archive_day(archive, store, DAY)
    assert entry
    assert (entry.revision, entry.pages) == (2, {RAW: {"sound": 3}})


@pytest.mark.parametrize("change", [{"verdict": "sound", "reason": None}, {"page_count": 3}])
def test_refused_pages_do_not_become_sound_without_those_that_are_missing(
    store: RawStore, tmp_path: Path, change: dict[str, Any]
) -> None:
    archive = Archive(tmp_path / "archive")
    write_archive(archive.folder, DAY, PARTIAL, [former_attempt(PARTIAL)])
    write(store, [page | change for page in PARTIAL])
    store.keep(RAW, [response([live(9)], NOON + timedelta(hours=3), origin="import")])
    with pytest.raises(DamagedRawError, match="and was"):
        archive_day(archive, store, DAY)
