"""The archive through Dagster: the day that is over is archived, old responses leave, and what is lost comes back."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from belib_platform.local.urls import Urls
from belib_platform.raw.archive.archive import Archive, archive_of
from belib_platform.raw.archive.raw_day import COLLECTIONS
from belib_platform.raw.archive.restoring import restore_day
from belib_platform.raw.archive.verifying import verify
from belib_platform.repair.rebuild import RebuildError, rebuild_days
from belib_platform.settings import load_settings
from belib_platform.simulator.paris import Paris
from belib_platform_tests.end_to_end.platform import (
    Platform,
    checks_of,
    failure_of,
    new_platform,
    noon,
    today,
)
from belib_platform_tests.raw.archive.days import documents, lose
from belib_platform_tests.warehouse.days import assert_same, rows_of

pytestmark = pytest.mark.slow

ALL_CHECKS = {
    ("archive_belib", "archive_reads_back_equal"),
    ("archive_belib", "chain_is_unbroken"),
    ("archive_belib", "every_closed_day_is_archived"),
    ("archive_belib", "raw_keeps_what_was_archived"),
    ("archive_belib", "archived_files_are_whole"),
    ("retired_day", "no_day_waits_to_be_retired"),
}


@pytest.fixture
def days() -> list[date]:
    """The last four days before the test began."""
    return [today() - timedelta(days=n) for n in (4, 3, 2, 1)]


@pytest.fixture
def history(stores: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, days: list[date]) -> Iterator[Platform]:
    """Four days of a small Paris up to yesterday, two hours of polls each, made up to the mart."""
    monkeypatch.setenv("BELIB_HOME", str(tmp_path))
    paris = Paris.draw(3, first_day=days[0], days=len(days), stations=3)
    with new_platform(stores) as platform:
        platform.import_noons(paris, days)
        for day in days:
            platform.import_past(paris, noon(day) - timedelta(hours=12), noon(day) - timedelta(hours=11))
        rebuild_days(platform.instance, days)
        yield platform


def archive() -> Archive:
    return archive_of(load_settings())


def raw_pages(platform: Platform, day: date) -> int:
    return sum(len(platform.store.responses(name).all_responses(day, day)) for name in COLLECTIONS)


def test_yesterday_and_what_waits_is_archived_and_comes_back_equal(history: Platform, days: list[date]) -> None:
    kept, rows = documents(history.store, days[0], days[-1]), rows_of(history.warehouse)
    result = history.run("archive_daily", days[-1])
    found = checks_of(result)
    assert set(found) == ALL_CHECKS
    assert all(evaluation.passed for evaluation in found.values())
    [made] = result.asset_materializations_for_node("archive_belib")
    assert made.metadata["days_archived"].value == len(days)
    assert made.metadata["dagster/row_count"].value == sum(raw_pages(history, day) for day in days)
    assert made.metadata["chain_head"].value == archive().chain().head
    [retired] = result.asset_materializations_for_node("retired_day")
    assert retired.metadata["retired_days"].value == 0, "where no retention is set"
    assert documents(history.store, days[0], days[-1]) == kept
    assert history.run("archive_daily", today()).success
    assert today() not in archive().chain().newest, "a day is archived once it is over"
    assert verify(archive()).broken == []
    lose(history.store)
    for day in days:
        restore_day(archive(), history.store, day)
    assert documents(history.store, days[0], days[-1]) == kept
    rebuild_days(history.instance, days, full_refresh=True)
    assert_same(rows_of(history.warehouse), rows)
    assert (
        history.run("archive_daily", days[-1])
        .asset_materializations_for_node("archive_belib")[0]
        .metadata["days_archived"]
        .value
        == 0
    )


def test_old_pages_leave_when_that_is_set_and_a_rebuild_leaves_their_days_unharmed(
    history: Platform, monkeypatch: pytest.MonkeyPatch, days: list[date]
) -> None:
    rows = rows_of(history.warehouse)
    monkeypatch.setenv("BELIB_RAW_RETENTION_DAYS", "2")
    result = history.run("archive_daily", days[-1])
    assert checks_of(result)["retired_day", "no_day_waits_to_be_retired"].passed
    assert [raw_pages(history, day) == 0 for day in days] == [True, True, False, False]
    for full_refresh in (False, True):
        with pytest.raises(RebuildError, match=f"^{days[0]}: .*`belib archive restore {days[0]}`") as refused:
            rebuild_days(history.instance, days, full_refresh=full_refresh)
        assert str(days[1]) in str(refused.value)
        assert str(days[2]) not in str(refused.value)
        assert_same(rows_of(history.warehouse), rows)
    history.run("close_day_daily", days[-1])
    restore_day(archive(), history.store, days[0])
    rebuild_days(history.instance, [days[0]], full_refresh=True)
    assert_same(rows_of(history.warehouse), rows)


def test_a_broken_manifest_fails_the_run_by_name_and_nothing_leaves_raw(
    history: Platform, monkeypatch: pytest.MonkeyPatch, days: list[date]
) -> None:
    history.run("archive_daily", days[-1])
    path = archive().folder / "manifest.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"ledger_rows":', b'"ledger_rows": ', 1))
    monkeypatch.setenv("BELIB_RAW_RETENTION_DAYS", "2")
    result = history.run("archive_daily", days[-1], must_succeed=False)
    assert not result.success
    assert not checks_of(result)["archive_belib", "chain_is_unbroken"].passed
    assert "manifest.jsonl line 1: chain_is_unbroken is false" in failure_of(result)
    assert all(raw_pages(history, day) for day in days)
