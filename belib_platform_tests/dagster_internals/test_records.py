"""What Dagster keeps of checks, runs and ticks, written by its own code: this pins the calls that are not public."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.remote_origin import (
    RegisteredCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    ScheduleInstigatorData,
    TickData,
    TickStatus,
)
from dagster._core.workspace.context import WorkspaceProcessContext
from dagster._core.workspace.load_target import ModuleTarget
from dagster._daemon.sensor import execute_sensor_iteration
from dagster._utils.log import get_dagster_logger
from pydantic import SecretStr

from belib_platform.dagster_internals.records import check_states, cursor_of, last_ends, tickings
from belib_platform.definitions import defs
from belib_platform.monitoring.alerts.problems import (
    Found,
    Site,
    failed_checks,
    failed_runs,
    longest_silence,
    problems_in_ticks_of,
)
from belib_platform.settings import Settings
from belib_platform_tests.dagster_storage import local_instance
from belib_platform_tests.monitoring.alerts import ailing
from belib_platform_tests.monitoring.alerts.receiving import CANARY

MINUTE = timedelta(minutes=1)
SETTINGS = Settings(postgres_url=SecretStr(f"postgresql://belib:{CANARY}@host/belib"), _env_file=None)


@pytest.fixture
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.DagsterInstance]:
    """Dagster's storage in a folder, which retries runs that ask for it."""
    retries = {"run_retries": {"enabled": True, "max_retries": 0}}
    with local_instance(tmp_path_factory.mktemp("dagster"), **retries) as empty:
        yield empty


def site(instance: dg.DagsterInstance, now: datetime | None = None, since: datetime | None = None) -> Site:
    now = now or datetime.now(UTC) + MINUTE
    return Site(instance, ailing.defs.get_repository_def(), SETTINGS, since or now, now)


def run(instance: dg.DagsterInstance, job: str, **tags: str) -> dg.DagsterRun:
    named = {f"dagster/{name}": value for name, value in tags.items()}
    result = ailing.defs.resolve_job_def(job).execute_in_process(instance=instance, tags=named, raise_on_error=False)
    return result.dagster_run


def failed_jobs(instance: dg.DagsterInstance) -> list[str]:
    return [problem.key for problem in failed_runs(site(instance))]


def test_a_failed_run_is_a_problem_of_its_job_until_one_succeeds(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert failed_jobs(instance) == []
    monkeypatch.setenv(ailing.FAILING, "yes")
    first, second = run(instance, "ailing_job"), run(instance, "ailing_job")
    assert first.run_id != second.run_id
    (problem,) = failed_runs(site(instance))
    assert problem.key == "job/ailing_job"
    assert problem.title == "a run of ailing_job failed"
    assert problem.sentence.endswith("@host is away")
    assert CANARY not in problem.model_dump_json()
    assert problem.path == f"/runs/{second.run_id}"
    assert datetime.now(UTC) - problem.since < MINUTE
    monkeypatch.delenv(ailing.FAILING)
    run(instance, "ailing_job")
    assert failed_jobs(instance) == []


def test_a_run_that_will_be_retried_is_no_problem_before_its_last_retry_has_failed(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(ailing.FAILING, "yes")
    first = run(instance, "ailing_job", max_retries="1")
    assert failed_jobs(instance) == []
    last = run(instance, "ailing_job", max_retries="0", parent_run_id=first.run_id, root_run_id=first.run_id)
    instance.add_run_tags(first.run_id, {"dagster/auto_retry_run_id": last.run_id})  # as the daemon notes it
    (end,) = last_ends(instance, ["ailing_job"], datetime.now(UTC) + MINUTE)
    assert (end.run_id, end.failed) == (last.run_id, True)
    assert failed_jobs(instance) == ["job/ailing_job"]


def test_a_step_that_succeeds_when_tried_again_is_no_problem(instance: dg.DagsterInstance) -> None:
    assert run(instance, "stubborn_job").is_success
    assert failed_jobs(instance) == []


@pytest.mark.slow
def test_a_sensor_that_raises_is_a_problem_until_it_no_longer_does(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    def iterate() -> Found:
        list(
            execute_sensor_iteration(
                workspace, get_dagster_logger(), threadpool_executor=None, submit_threadpool_executor=None
            )
        )
        return problems_in_ticks_of(site(instance), "ailing_sensor")

    target = ModuleTarget(ailing.__name__, attribute=None, working_directory=None, location_name="ailing")
    monkeypatch.setenv(ailing.FAILING, "yes")
    with WorkspaceProcessContext(instance, target) as workspace:
        (problem,) = iterate().problems
    assert problem.key == "sensor/ailing_sensor/failed"
    assert problem.sentence.startswith("The newest tick failed: ")
    assert problem.sentence.endswith("AilingError: ********** is not to be told")
    monkeypatch.delenv(ailing.FAILING)
    with WorkspaceProcessContext(instance, target) as workspace:
        for state in instance.all_instigator_state():
            data = state.instigator_data
            instance.update_instigator_state(
                state.with_data(data._replace(last_tick_timestamp=0.0, last_tick_start_timestamp=0.0))
            )
        assert iterate().problems == []
    assert cursor_of(instance, "ailing_sensor") is None


def ticked(instance: dg.DagsterInstance, at: datetime, status: InstigatorStatus = InstigatorStatus.RUNNING) -> None:
    """The schedule ticked, as the daemon writes it."""
    repository = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("ailing"), "__repository__")
    origin = RemoteInstigatorOrigin(repository, "ailing_schedule")
    state = InstigatorState(
        origin, InstigatorType.SCHEDULE, status, ScheduleInstigatorData("2-59/5 * * * *", at.timestamp())
    )
    if instance.get_instigator_state(state.instigator_origin_id, state.selector_id) is None:
        instance.add_instigator_state(state)
    else:
        instance.update_instigator_state(state)
    instance.create_tick(
        TickData(
            instigator_origin_id=state.instigator_origin_id,
            instigator_name="ailing_schedule",
            instigator_type=InstigatorType.SCHEDULE,
            status=TickStatus.SUCCESS,
            timestamp=at.timestamp(),
            run_ids=[],
            run_keys=[],
            selector_id=state.selector_id,
        )
    )


NOON = datetime(2025, 5, 6, 12, 2, tzinfo=UTC)
SILENT = ["schedule/ailing_schedule/silent"]


def silences(instance: dg.DagsterInstance, now: datetime, since: datetime = NOON - timedelta(days=1)) -> list[str]:
    """What the schedule's ticks show to one who watches since an instant."""
    return [problem.key for problem in problems_in_ticks_of(site(instance, now, since), "ailing_schedule").problems]


def test_a_schedule_that_no_longer_ticks_is_a_problem_after_three_intervals(instance: dg.DagsterInstance) -> None:
    assert silences(instance, NOON) == SILENT
    ticked(instance, NOON)
    assert silences(instance, NOON + 15 * MINUTE) == []
    assert silences(instance, NOON + 16 * MINUTE) == SILENT
    assert silences(instance, NOON + 16 * MINUTE, NOON + 10 * MINUTE) == []  # the daemon has only just begun
    seen = site(instance, NOON + 20 * MINUTE, NOON - timedelta(days=1))
    (problem,) = problems_in_ticks_of(seen, "ailing_schedule").problems
    assert problem.sentence == "No tick for 20 minutes, though it is due every 5 minutes."
    assert problem.since == NOON
    ticked(instance, NOON + 20 * MINUTE)
    assert silences(instance, NOON + 25 * MINUTE) == []
    ticked(instance, NOON + 25 * MINUTE, InstigatorStatus.STOPPED)
    assert silences(instance, NOON + timedelta(days=1)) == []


@pytest.mark.parametrize("count", [1, 7])
def test_ticks_from_the_future_do_not_hide_that_a_schedule_no_longer_ticks(
    instance: dg.DagsterInstance, count: int
) -> None:
    ticked(instance, NOON)
    for number in range(count):
        ticked(instance, NOON + timedelta(days=365 + number))
    assert silences(instance, NOON + 15 * MINUTE) == []
    assert silences(instance, NOON + 16 * MINUTE) == SILENT


@pytest.mark.parametrize(
    ("interval", "silence"),
    [(MINUTE / 2, 5 * MINUTE), (5 * MINUTE, 15 * MINUTE), (60 * MINUTE, 120 * MINUTE), (1440 * MINUTE, 1500 * MINUTE)],
)
def test_silence_is_three_intervals_at_least_five_minutes_and_at_most_an_hour_more_than_one(
    interval: timedelta, silence: timedelta
) -> None:
    assert longest_silence(interval) == silence


def test_every_schedule_and_sensor_of_the_platform_is_watched(instance: dg.DagsterInstance) -> None:
    repository = defs.get_repository_def()
    watched = {
        tick.name: tick.interval for tick in tickings(instance, repository, datetime(2025, 5, 6, 12, tzinfo=UTC))
    }
    stopped = {dg.DefaultScheduleStatus.STOPPED, dg.DefaultSensorStatus.STOPPED}  # those of a network that is not asked
    defined = [*repository.schedule_defs, *repository.sensor_defs]
    assert set(watched) == {one.name for one in defined if one.default_status not in stopped}
    assert watched["belib_five_minutely"] == 5 * MINUTE
    assert watched["static_daily"] == timedelta(days=1)
    assert watched["alert_sensor"] == MINUTE / 2


@dg.asset(check_specs=[dg.AssetCheckSpec("is_true", asset="checked", description="It is true.")])
def checked(context: dg.AssetExecutionContext) -> Iterator[dg.AssetCheckResult | dg.Output[None]]:
    """Says what its run's tag tells it to."""
    says = context.run.tags["says"]
    if says == "nothing":
        raise ailing.AilingError("before the check")
    severity = dg.AssetCheckSeverity.WARN if says == "warning" else dg.AssetCheckSeverity.ERROR
    yield dg.AssetCheckResult(
        passed=says == "yes", severity=severity, metadata={"n": 3, "sample": dg.MetadataValue.md("|")}
    )
    yield dg.Output(None)


def test_a_check_is_what_its_newest_evaluation_says_and_a_planned_one_changes_nothing(
    instance: dg.DagsterInstance,
) -> None:
    graph = dg.Definitions([checked]).resolve_asset_graph()

    def says(word: str) -> tuple[bool | None, bool]:
        dg.materialize([checked], instance=instance, tags={"says": word}, raise_on_error=False)
        (state,) = check_states(instance, graph)
        assert state.sentence == "It is true."
        assert state.numbers == ({"n": 3} if state.at else {})
        return state.passed, state.is_warning

    assert says("nothing") == (None, False)
    assert says("warning") == (False, True)
    assert says("no") == (False, False)
    assert says("nothing") == (False, False)
    assert says("yes") == (True, False)
    assert says("nothing") == (True, False)


@dg.asset(check_specs=[dg.AssetCheckSpec("is_fresh", asset="dated")])
def dated() -> Iterator[dg.AssetCheckResult | dg.Output[None]]:
    """Fails a check, with an instant of another time zone among its numbers."""
    yield dg.AssetCheckResult(passed=False, metadata={"fetched_at": "2025-05-06 14:34:00+02:00", "age": 45.5678})
    yield dg.Output(None)


def test_instants_among_the_numbers_of_a_failed_check_are_utc(instance: dg.DagsterInstance) -> None:
    dg.materialize([dated], instance=instance)
    now = datetime.now(UTC)
    (problem,) = failed_checks(Site(instance, dg.Definitions([dated]).get_repository_def(), SETTINGS, now, now))
    assert problem.numbers == {"fetched_at": "2025-05-06 12:34:00 UTC", "age": "45.57"}
