"""Days made again: what is wrong in a range costs its own day only, and what was altered behind our back is found."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import polars as pl
import psycopg
import pytest
from dagster import DagsterRunStatus

from belib_platform.contracts.clean import ChargePointStatus
from belib_platform.contracts.contract import name
from belib_platform.contracts.mart import StationAvailabilityHourly
from belib_platform.contracts.tables import TABLES
from belib_platform.jobs import CLOSED, DERIVED, SEARCHED
from belib_platform.local.urls import Urls
from belib_platform.repair.rebuild import RebuildError, rebuild_days
from belib_platform.simulator.paris import Paris
from belib_platform.warehouse.registry import MADE_TABLES, daily_tables
from belib_platform_tests.end_to_end.platform import Platform, checks_of, declared_checks, new_platform

pytestmark = pytest.mark.slow

FIRST = date(2025, 6, 10)
DAYS = [FIRST + timedelta(days=n) for n in range(3)]
MIDDLE = DAYS[1]

REFOLD = ("charge_point_status", "folding_page_by_page_equals_folding_the_day")
HOTTER_THAN_CAN_BE = """
UPDATE clean.weather_forecast SET temperature_c = 999
WHERE valid_at > %(day)s AND valid_at <= %(day)s + interval '1 day'
"""
MORE_POWER = "UPDATE clean.charge_point SET power_kw = coalesce(power_kw, 0) + 1"
ANOTHER_STATUS = """
UPDATE clean.charge_point_status SET status = 'RESERVED'
WHERE charge_point_id = %(point)s AND first_seen_at >= %(day)s AND first_seen_at < %(day)s + interval '1 day'
"""


@pytest.fixture(scope="module")
def history(stores: Urls) -> Iterator[Platform]:
    """Three days of a small Paris, two hours of polls each, folded and joined; a test leaves them as they were."""
    paris = Paris.draw(3, first_day=FIRST, days=len(DAYS), stations=4)
    with new_platform(stores) as platform:
        platform.import_noons(paris, DAYS)
        rebuild_days(platform.instance, DAYS)
        yield platform


def tables(platform: Platform) -> dict[str, pl.DataFrame]:
    return {name(contract): platform.rows(contract) for contract in TABLES if name(contract) in DERIVED}


def same(some: dict[str, pl.DataFrame], others: dict[str, pl.DataFrame]) -> bool:
    return some.keys() == others.keys() and all(frame.equals(others[table]) for table, frame in some.items())


def alter(platform: Platform, sql: str, **values: object) -> None:
    """Change a table as nobody should: past the platform, notes and all."""
    with psycopg.connect(platform.postgres_url) as connection:
        assert connection.execute(sql, values).rowcount > 0


def test_a_day_that_fails_a_blocking_check_keeps_its_rows_and_costs_the_others_nothing(history: Platform) -> None:
    whole, before = tables(history), {day: history.rows(StationAvailabilityHourly, day) for day in DAYS}
    alter(history, MORE_POWER)
    alter(history, HOTTER_THAN_CAN_BE, day=datetime(MIDDLE.year, MIDDLE.month, MIDDLE.day, tzinfo=UTC))
    begun = len(history.instance.get_runs())
    with pytest.raises(RebuildError, match=f"^{MIDDLE}: .*station_availability_hourly: .* is false for {MIDDLE};"):
        rebuild_days(history.instance, DAYS, ["station_availability_hourly"])
    runs = list(reversed(history.instance.get_runs()[: len(history.instance.get_runs()) - begun]))
    assert [run.status for run in runs] == [
        DagsterRunStatus.FAILURE,
        DagsterRunStatus.SUCCESS,
        DagsterRunStatus.FAILURE,
        DagsterRunStatus.SUCCESS,
        *[DagsterRunStatus.SUCCESS] * 4,
    ], "the days at once, then each alone, then the city's dates, the stations' hours of both days, and statistics"
    notes = history.warehouse.notes(StationAvailabilityHourly)
    written_by = {day: notes[day.isoformat()].run_id for day in DAYS}
    assert (written_by[DAYS[0]], written_by[DAYS[2]]) == (runs[1].run_id, runs[3].run_id)
    assert history.rows(StationAvailabilityHourly, MIDDLE).equals(before[MIDDLE])
    for day in (DAYS[0], DAYS[2]):
        after = history.rows(StationAvailabilityHourly, day)
        assert after["power_kw"].sum() == before[day]["power_kw"].sum() + after.height
    rebuild_days(history.instance, DAYS, full_refresh=True)
    assert same(tables(history), whole)


def test_closing_a_day_shows_the_points_that_were_altered_and_heals_the_table(history: Platform) -> None:
    before = tables(history)
    point = history.rows(ChargePointStatus, MIDDLE)["charge_point_id"][0]
    alter(history, ANOTHER_STATUS, point=point, day=datetime(MIDDLE.year, MIDDLE.month, MIDDLE.day, tzinfo=UTC))
    assert not tables(history)["charge_point_status"].equals(before["charge_point_status"])
    found = checks_of(history.run("close_day_daily", MIDDLE))
    assert set(found) == declared_checks([*CLOSED, *SEARCHED])
    refold = found[REFOLD]
    assert not refold.passed
    assert refold.severity.value == "ERROR"
    sample = str(refold.metadata["sample"].value)
    assert point in sample
    assert sample.count("FR*V75*") == sample.count(point)
    assert same(tables(history), before)
    healed = checks_of(history.run("close_day_daily", MIDDLE))[REFOLD]
    assert healed.passed
    assert healed.metadata["days_compared"].value == 1


def test_rebuilding_what_is_up_to_date_writes_nothing(history: Platform) -> None:
    rebuild_days(history.instance, DAYS)
    before = history.warehouse.query("SELECT asset, window_key, run_id FROM clean.written_window ORDER BY 1, 2")
    rebuild_days(history.instance, DAYS)
    after = history.warehouse.query("SELECT asset, window_key, run_id FROM clean.written_window ORDER BY 1, 2")
    assert after.equals(before)
    daily, whole = len(daily_tables()), len(MADE_TABLES) - len(daily_tables())
    assert after.height == len(DAYS) * daily + 1 + whole, "the city's date after the last day has its last hours"
