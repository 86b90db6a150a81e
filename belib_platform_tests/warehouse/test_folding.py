"""What a response does to a day: appended, folded anew, compared with what was held."""

import json
from datetime import date
from pathlib import Path

import pytest

from belib_platform.contracts.clean import ChargePoint, ChargePointDay, ChargePointStatus, RejectedRecord, Station
from belib_platform.contracts.contract import qualified_name
from belib_platform.raw.store import RawStore
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.importing import import_recordings
from belib_platform.recordings.recording import Recording
from belib_platform.settings import Settings
from belib_platform.warehouse.warehouse import ALL, Warehouse
from belib_platform_tests.sources.portal_records import live
from belib_platform_tests.warehouse.days import refresh, rows_of

DAY = date(2025, 3, 30)
SETTINGS = Settings(cadence_s=3600, _env_file=None)


@pytest.fixture(scope="module")
def of_the_day(recordings: Path) -> list[Recording]:
    """Six hours of recordings: the static edition and forecasts come among the feed's answers."""
    found = [r for r in find_recordings(recordings) if isinstance(r, Recording) and r.fetched_at.date() == DAY]
    return [r for r in found if r.fetched_at.hour in (0, 1, 2, 12, 22, 23) or r.source == "belib_static"]


def arrive(store: RawStore, house: Warehouse, *recordings: Recording) -> None:
    import_recordings(recordings, SETTINGS, store)
    refresh(store, house, DAY)


def test_one_more_page_is_appended_and_an_older_one_folds_the_day_anew(
    store: RawStore, warehouse: Warehouse, of_the_day: list[Recording]
) -> None:
    feed = [r for r in of_the_day if r.source == "belib"]
    daily = ("charge_point_status", "poll", "charge_point_day")
    arrive(store, warehouse, *feed[:2], *feed[3:4])
    for recording, action in ((feed[4], "append"), (feed[2], "full_refresh")):
        import_recordings([recording], SETTINGS, store)
        made = refresh(store, warehouse, DAY)
        assert {made[table].plan.action for table in daily} == {action}


def test_a_note_counts_what_its_table_holds_even_if_somebody_deleted_rows(
    store: RawStore, warehouse: Warehouse, of_the_day: list[Recording]
) -> None:
    feed = [r for r in of_the_day if r.source == "belib"]
    arrive(store, warehouse, *feed[:4])
    written = {ChargePointStatus: DAY.isoformat(), ChargePointDay: DAY.isoformat(), ChargePoint: ALL, Station: ALL}
    with warehouse.transaction() as cursor:
        for contract in written:
            table = qualified_name(contract)
            cursor.execute(f"DELETE FROM {table} WHERE ctid IN (SELECT ctid FROM {table} LIMIT 1)")
    import_recordings([feed[4]], SETTINGS, store)
    refresh(store, warehouse, DAY)
    for contract, key in written.items():
        note = warehouse.note(contract, key)
        assert note is not None
        assert note.row_count == warehouse.read(contract).height > 0, contract


def test_rejects_are_replaced_by_page_or_by_day(store: RawStore, warehouse: Warehouse, tmp_path: Path) -> None:
    for minute in (10, 30, 20):  # the last one comes late
        (tmp_path / f"2025-03-30T10{minute}00Z.json").write_text(
            json.dumps([live(0, statut_pdc=f"Word {minute}"), live(1)])
        )
        import_recordings(find_recordings(tmp_path), SETTINGS, store)
        refresh(store, warehouse, DAY)
        refresh(store, warehouse, DAY, full_refresh=True)
    rejects = warehouse.read(RejectedRecord).sort("fetched_at")
    assert rejects["fetched_at"].dt.minute().to_list() == [10, 20, 30]
    assert rejects["rule"].unique().to_list() == ["status_word_is_known"]
    assert warehouse.note(ChargePointStatus, DAY.isoformat()).rejected_count == 3  # type: ignore[union-attr]


def test_folding_anew_compares_with_what_was_held(
    store: RawStore, warehouse: Warehouse, of_the_day: list[Recording]
) -> None:
    arrive(store, warehouse, *of_the_day)
    same = refresh(store, warehouse, DAY, full_refresh=True)["charge_point_status"].differing
    assert same is not None
    assert same.is_empty()
    victim = warehouse.read(ChargePointStatus)["charge_point_id"][0]
    with warehouse.transaction() as cursor:
        cursor.execute("UPDATE clean.charge_point_status SET poll_count = 99 WHERE charge_point_id = $1", (victim,))
    differing = refresh(store, warehouse, DAY, full_refresh=True)["charge_point_status"].differing
    assert differing is not None
    assert differing["charge_point_id"].unique().to_list() == [victim]
    assert warehouse.read(ChargePointStatus).filter(poll_count=99).is_empty()


def test_points_of_an_edition_alone_are_known_but_not_live(
    store: RawStore, warehouse: Warehouse, of_the_day: list[Recording]
) -> None:
    arrive(store, warehouse, *[r for r in of_the_day if r.source == "belib_static"])
    days = warehouse.read(ChargePointDay)
    assert (days["is_live"].any(), days["is_in_static_set"].all()) == (False, True)
    assert rows_of(warehouse)["station_availability_hourly"].is_empty()
