"""What is read of Dagster's tables, written by Dagster's own code: this pins the SQL over them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import psycopg
import pytest
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.remote_origin import RemoteInstigatorOrigin, RemoteRepositoryOrigin
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    ScheduleInstigatorData,
    SensorInstigatorData,
)
from dagster._core.workspace.load_target import ModuleTarget
from dagster._daemon.types import DaemonHeartbeat

from belib_platform.dagster_internals.observation import Check, DagsterObservation, observe_dagster
from belib_platform_tests.dagster_storage import instance_at

NOW = datetime.now(UTC)


@pytest.fixture
def instance(dagster_url: str, tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """Dagster's storage on a server whose time zone is far from UTC."""
    with psycopg.connect(dagster_url, autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{connection.info.dbname}" SET timezone TO "America/Lima"')
    with instance_at(dagster_url, tmp_path / "dagster") as instance:
        yield instance


def thing(*, passed: bool, severity: dg.AssetCheckSeverity, blocking: bool = True) -> dg.AssetsDefinition:
    """An asset with a check that finds what is wanted."""

    @dg.asset(name="thing", check_specs=[dg.AssetCheckSpec("is_right", asset="thing", blocking=blocking)])
    def made() -> Iterator[dg.AssetCheckResult | dg.MaterializeResult[None]]:
        yield dg.AssetCheckResult(passed=passed, severity=severity)
        if blocking and not passed:
            raise dg.Failure("not right", allow_retries=False)
        yield dg.MaterializeResult()

    return made


def instigator(name: str, status: InstigatorStatus, cursor: str | None = None) -> InstigatorState:
    """A schedule or, with a cursor, a sensor."""
    location = ModuleTarget("belib_platform.definitions", None, None, "belib_platform").create_origins()[0]
    origin = RemoteInstigatorOrigin(RemoteRepositoryOrigin(location, "__repository__"), name)
    if cursor is None:
        return InstigatorState(origin, InstigatorType.SCHEDULE, status, ScheduleInstigatorData("* * * * *"))
    return InstigatorState(origin, InstigatorType.SENSOR, status, SensorInstigatorData(cursor=cursor))


def test_where_dagster_never_ran_there_is_nothing(postgres_url: str) -> None:
    assert observe_dagster(postgres_url) == DagsterObservation()


@pytest.mark.family
@pytest.mark.parametrize(
    ("passed", "severity", "blocking", "state"),
    [
        (True, dg.AssetCheckSeverity.ERROR, True, "passed"),
        (False, dg.AssetCheckSeverity.ERROR, True, "failed"),
        (False, dg.AssetCheckSeverity.WARN, False, "warned"),
    ],
)
def test_a_check_is_what_its_newest_evaluation_found(
    instance: dg.DagsterInstance,
    dagster_url: str,
    passed: bool,
    severity: dg.AssetCheckSeverity,
    blocking: bool,
    state: str,
) -> None:
    before = thing(passed=not passed, severity=dg.AssetCheckSeverity.ERROR, blocking=False)
    dg.materialize([before], instance=instance)
    dg.materialize(
        [thing(passed=passed, severity=severity, blocking=blocking)], instance=instance, raise_on_error=False
    )
    assert observe_dagster(dagster_url).checks == [Check("thing", "is_right", state, blocking)]


def test_runs_have_their_ends_and_durations_and_the_log_has_a_size(
    instance: dg.DagsterInstance, dagster_url: str
) -> None:
    for passed in (True, False):
        dg.materialize(
            [thing(passed=passed, severity=dg.AssetCheckSeverity.ERROR)], instance=instance, raise_on_error=False
        )
    waiting = dg.DagsterRun(job_name="a", status=dg.DagsterRunStatus.STARTED)
    instance.add_run(waiting)
    seen = observe_dagster(dagster_url)
    assert [run.status for run in seen.ended] == ["success", "failure"]
    for run in seen.ended:
        assert abs(run.ended_at - datetime.now(UTC)) < timedelta(minutes=5)
        assert run.duration_s is not None
        assert 0 < run.duration_s < 60
    assert seen.unfinished == {"queued": 0, "not_started": 0, "starting": 0, "started": 1, "canceling": 0}
    assert seen.event_log_bytes > 10_000


def test_heartbeats_are_instants_wherever_the_server_is(instance: dg.DagsterInstance, dagster_url: str) -> None:
    assert observe_dagster(dagster_url).newest_heartbeat is None
    for minutes, daemon in ((3, "SENSOR"), (1, "SCHEDULER")):
        at = NOW - timedelta(minutes=minutes)
        instance.add_daemon_heartbeat(DaemonHeartbeat(at.timestamp(), daemon, "a"))
    seen = observe_dagster(dagster_url)
    assert set(seen.heartbeats) == {"sensor", "scheduler"}
    assert seen.newest_heartbeat is not None
    assert abs(seen.newest_heartbeat - (NOW - timedelta(minutes=1))) < timedelta(seconds=1)


def test_schedules_and_sensors_that_somebody_stopped_are_named(instance: dg.DagsterInstance, dagster_url: str) -> None:
    assert observe_dagster(dagster_url).stopped == frozenset()
    stopped = instigator("polls", InstigatorStatus.STOPPED)
    instance.add_instigator_state(instigator("other", InstigatorStatus.RUNNING))
    instance.add_instigator_state(stopped)
    assert observe_dagster(dagster_url).stopped == {"polls"}
    instance.update_instigator_state(stopped.with_status(InstigatorStatus.RUNNING))
    assert observe_dagster(dagster_url).stopped == frozenset()


def test_the_cursors_of_sensors_are_those_they_wrote(instance: dg.DagsterInstance, dagster_url: str) -> None:
    instance.add_instigator_state(instigator("polls", InstigatorStatus.RUNNING))
    instance.add_instigator_state(instigator("alerts", InstigatorStatus.RUNNING, '{"open": {}}'))
    assert observe_dagster(dagster_url).cursors == {"polls": None, "alerts": '{"open": {}}'}
