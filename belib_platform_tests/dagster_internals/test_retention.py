"""Ticks are purged by Dagster itself, as both instance files say, and run records are kept for ever."""

from datetime import UTC, datetime, timedelta

import dagster as dg
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.scheduler.instigation import TickData, TickStatus

from belib_platform.dagster_internals.noise import FAILED_DAYS
from belib_platform_tests.dagster_internals import busy
from belib_platform_tests.dagster_internals.test_event_log import pruned


def test_the_instance_purges_each_kind_of_tick_after_its_days(instance: dg.DagsterInstance) -> None:
    failed, skipped = TickStatus.FAILURE, TickStatus.SKIPPED
    for kind, days in ((InstigatorType.SCHEDULE, 90), (InstigatorType.SENSOR, 30)):
        kept = instance.get_tick_retention_settings(kind)
        assert kept == {skipped: 7, TickStatus.STARTED: days, TickStatus.SUCCESS: days, failed: FAILED_DAYS}


def test_ticks_go_after_their_days_on_postgresql_and_no_sooner(instance: dg.DagsterInstance) -> None:
    now = datetime.now(UTC)
    for days in (8, 6):
        at = (now - timedelta(days=days)).timestamp()
        data = TickData("origin", "busy", InstigatorType.SENSOR, TickStatus.SKIPPED, at, selector_id="selector")
        instance.create_tick(data)
    before = (now - timedelta(days=7)).timestamp()
    instance.purge_ticks("origin", "selector", before, [TickStatus.SKIPPED])
    assert [
        round((now.timestamp() - tick.timestamp) / 86_400) for tick in instance.get_ticks("origin", "selector")
    ] == [6]


def test_no_run_record_goes_with_its_noise(instance: dg.DagsterInstance, dagster_url: str) -> None:
    runs = [busy.run(instance), busy.run(instance, fail="yes")]
    for run_id in runs:
        busy.age(dagster_url, run_id, 1000)
    assert pruned(instance).rows
    assert {record.dagster_run.run_id for record in instance.get_run_records()} == set(runs)
