"""Old pages leave raw only when the archive has them, and what was made from them stays."""

from datetime import timedelta
from pathlib import Path

import pytest

from belib_platform.raw.archive.archive import Archive, archive_day
from belib_platform.raw.archive.due import archive_days, due_days
from belib_platform.raw.archive.raw_day import COLLECTIONS
from belib_platform.raw.archive.restoring import restore_day
from belib_platform.raw.archive.retiring import retire
from belib_platform.raw.retired import RetiredDayError
from belib_platform.raw.store import RawStore
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.importing import import_recordings
from belib_platform.settings import Settings
from belib_platform.warehouse.lost_responses import LostResponsesError
from belib_platform.warehouse.registry import tables_from_raw
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.raw.archive.days import DAY, NEXT, at_noon, documents, keep_day, lose
from belib_platform_tests.raw.made_pages import response
from belib_platform_tests.sources.portal_records import live
from belib_platform_tests.warehouse.days import assert_same, inputs, refresh, rows_of

EARLIER = DAY - timedelta(days=1)
THIRD = NEXT + timedelta(days=1)
LATER = THIRD + timedelta(days=1)

FROM_RAW = {table.name: table for table in tables_from_raw()}
"""Each table that reads responses, by itself."""


@pytest.fixture
def three_days(archive: Archive, store: RawStore) -> Archive:
    """Three days archived; the third holds each source's newest page."""
    for day in (DAY, NEXT, THIRD):
        keep_day(store, day)
        archive_day(archive, store, day)
    return archive


def test_old_days_leave_raw_and_the_ledger_and_the_newest_pages_stay(three_days: Archive, store: RawStore) -> None:
    before = documents(store, DAY, THIRD)
    done = retire(three_days, store, before=LATER)
    assert (done.pages, done.held_back) == ({DAY: 9, NEXT: 9}, {})
    after = documents(store, DAY, THIRD)
    assert after["poll_attempt"] == before["poll_attempt"]
    assert {document["fetched_at"].date() for document in after["raw_belib"]} == {THIRD}
    assert retire(three_days, store, before=LATER).pages == {}
    for day in (DAY, NEXT):
        restore_day(three_days, store, day)
    assert documents(store, DAY, THIRD) == before


def test_only_days_before_the_limit_leave_and_so_many_at_most(three_days: Archive, store: RawStore) -> None:
    assert list(retire(three_days, store, before=DAY).pages) == []
    assert list(retire(three_days, store, before=LATER, at_most=1).pages) == [DAY]
    assert list(retire(three_days, store, before=NEXT).pages) == []
    assert store.retired.all() == {DAY}


@pytest.mark.family
@pytest.mark.parametrize("wrong", ["not archived", "file spoilt", "page too many", "file gone"])
def test_a_day_that_is_not_safely_archived_stays_and_is_named(three_days: Archive, store: RawStore, wrong: str) -> None:
    path = three_days.folder / three_days.entry(DAY).file
    match wrong:
        case "not archived":
            keep_day(store, EARLIER)
        case "file spoilt":
            path.write_bytes(path.read_bytes()[:-1] + b"?")
        case "page too many":
            store.keep("raw_belib", [response([live(9)], at_noon(DAY).replace(hour=20))])
        case "file gone":
            path.unlink()
    before = {day: documents(store, day) for day in (EARLIER, DAY)}
    done = retire(three_days, store, before=LATER)
    [(day, reason)] = done.held_back.items()
    assert str(day) in reason
    assert list(done.pages) == ([DAY, NEXT] if wrong == "not archived" else [NEXT])
    assert documents(store, day) == before[day]


def test_a_retired_day_is_never_made_from_nothing(three_days: Archive, store: RawStore, warehouse: Warehouse) -> None:
    for day in (DAY, NEXT, THIRD):
        refresh(store, warehouse, day)
    before = rows_of(warehouse)
    retire(three_days, store, before=LATER)
    for full_refresh in (False, True):
        with pytest.raises(RetiredDayError, match=f"^The responses of {DAY} were .*`belib archive restore {DAY}`"):
            refresh(store, warehouse, DAY, full_refresh=full_refresh)
    refresh(store, warehouse, THIRD, full_refresh=True)
    assert_same(rows_of(warehouse), before)
    restore_day(three_days, store, DAY)
    refresh(store, warehouse, DAY, full_refresh=True)
    assert_same(rows_of(warehouse), before)


@pytest.mark.parametrize("full_refresh", [False, True])
def test_a_day_whose_pages_were_lost_is_never_made_from_nothing(
    three_days: Archive, store: RawStore, warehouse: Warehouse, full_refresh: bool
) -> None:
    refresh(store, warehouse, DAY)
    before = rows_of(warehouse)
    lose(store)
    with pytest.raises(
        LostResponsesError, match=rf"^clean.charge_point_status has \d+ rows of {DAY} and raw no response"
    ):
        refresh(store, warehouse, DAY, full_refresh=full_refresh)
    assert_same(rows_of(warehouse), before)


@pytest.mark.family
@pytest.mark.parametrize("ledger", ["kept", "lost"])
@pytest.mark.parametrize("table", ["charge_point_status", "poll", "charge_point_day", "weather_forecast"])
def test_no_table_of_raw_is_emptied_by_pages_that_were_lost(
    store: RawStore, warehouse: Warehouse, table: str, ledger: str
) -> None:
    store.keep("raw_belib", [response([live(n) for n in range(3)])])
    weather = (
        b'{"utc_offset_seconds":0,"hourly_units":{"time":"unixtime","temperature_2m":"\xc2\xb0C"},'
        b'"hourly":{"time":[1743253200],"temperature_2m":[11.5]}}'
    )
    store.keep("raw_meteo", [response(weather, source="open_meteo", record_count=1)])
    refresh(store, warehouse, DAY)
    assert rows_of(warehouse)[table].height
    for collection in COLLECTIONS:
        store.database[collection].delete_many({"_id": {"$exists": True}})
    if ledger == "lost":
        lose(store)
    for full_refresh in (False, True):
        with pytest.raises(LostResponsesError, match=f"^clean.{table} has "):
            FROM_RAW[table].make(inputs(store, warehouse), DAY, full_refresh=full_refresh)


def test_a_retired_day_is_neither_archived_again_nor_due(three_days: Archive, store: RawStore) -> None:
    retire(three_days, store, before=LATER)
    assert due_days(three_days, store, today=LATER) == []
    done = archive_days(three_days, store, [DAY, NEXT, THIRD, LATER], today=LATER)
    assert (done.entries, done.unchanged, done.refused) == ([], [THIRD], {})


def test_recordings_of_a_retired_day_are_not_taken_and_say_why(
    three_days: Archive, store: RawStore, tmp_path: Path
) -> None:
    retire(three_days, store, before=LATER)
    folder = tmp_path / "recordings"
    folder.mkdir()
    (folder / f"feed_{DAY}T200000Z.json").write_bytes(response([live(n) for n in range(3)]).body)
    settings = Settings(mongo_url=None, postgres_url=None, _env_file=None)
    [(_, reason)] = import_recordings(find_recordings(folder), settings, store).refused
    assert reason.startswith(f"The responses of {DAY} were retired to the archive; `belib archive restore {DAY}`")
    restore_day(three_days, store, DAY)
    assert import_recordings(find_recordings(folder), settings, store).refused == []
    assert due_days(three_days, store, today=LATER) == [DAY]


def test_days_are_due_until_they_are_archived_and_again_when_they_grow(archive: Archive, store: RawStore) -> None:
    assert due_days(archive, store, today=LATER) == []
    keep_day(store, DAY)
    keep_day(store, THIRD)
    assert due_days(archive, store, today=LATER) == [DAY, NEXT, THIRD]
    done = archive_days(archive, store, [THIRD], today=LATER, at_most=1)
    assert [entry.day for entry in done.entries] == [DAY, THIRD]
    assert done.waiting == [NEXT]
    assert due_days(archive, store, today=LATER) == [NEXT]
    store.keep("raw_belib", [response([live(9)], at_noon(DAY).replace(hour=20))])
    assert due_days(archive, store, today=LATER) == [DAY, NEXT]
    assert due_days(archive, store, today=THIRD) == [DAY, NEXT]
    archive_days(archive, store, [], today=LATER)
    assert due_days(archive, store, today=LATER) == []


def test_a_bad_day_costs_no_other(archive: Archive, store: RawStore) -> None:
    [bad, *_] = keep_day(store, DAY)
    keep_day(store, NEXT)
    store.database["raw_belib"].update_one({"_id": bad.id}, {"$set": {"body": b"?"}})
    done = archive_days(archive, store, [DAY, NEXT], today=THIRD)
    assert [entry.day for entry in done.entries] == [NEXT]
    assert bad.id in done.refused[DAY]


def test_days_that_raw_lost_and_files_that_retired_days_need_are_missed(three_days: Archive, store: RawStore) -> None:
    retire(three_days, store, before=NEXT)
    (three_days.folder / three_days.entry(DAY).file).unlink()
    [page_of_next, *_] = store.responses("raw_belib").all_responses(NEXT, NEXT)
    store.database["raw_belib"].delete_one({"_id": page_of_next.id})
    for asked in ([], [NEXT, THIRD]):
        done = archive_days(three_days, store, asked, today=LATER)
        assert list(done.damaged_files) == [DAY]
        assert "file_is_there is false" in done.damaged_files[DAY]
        assert "The day is retired" in done.damaged_files[DAY]
        assert list(done.damaged_raw) == [NEXT]
        assert f"`belib archive restore {NEXT}`" in done.damaged_raw[NEXT]
    lose(store)
    done = archive_days(three_days, store, [], today=LATER)
    assert (list(done.damaged_files), list(done.damaged_raw)) == ([DAY], [NEXT, THIRD])
