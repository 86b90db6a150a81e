"""When the jobs run: ticks evaluated as the daemon does, on an instance of Dagster's own."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster import DagsterRunStatus
from dagster._core.definitions.schedule_definition import ScheduleExecutionData
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin

from belib_platform.assets.partitions import FIRST_DAY
from belib_platform.definitions import defs
from belib_platform.settings import load_settings
from belib_platform.transforms.bike_tomorrow import issued_at
from belib_platform_tests.dagster_storage import local_instance

SCHEDULES = {schedule.name: schedule for schedule in defs.get_repository_def().schedule_defs}
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.DagsterInstance]:
    """Dagster's storage in a folder: a schedule's context takes no instance that lives in memory only."""
    with local_instance(tmp_path_factory.mktemp("dagster")) as empty:
        yield empty


def tick(schedule: str, at: datetime, instance: dg.DagsterInstance) -> ScheduleExecutionData:
    """What a schedule asks for at an instant."""
    context = dg.build_schedule_context(
        instance=instance, scheduled_execution_time=at, repository_def=defs.get_repository_def()
    )
    return SCHEDULES[schedule].evaluate_tick(context)


def days_asked(schedule: str, at: datetime, instance: dg.DagsterInstance) -> list[str | None]:
    requests = tick(schedule, at, instance).run_requests or []
    return [request.partition_key for request in requests]


def submitted(job: str, status: str, instance: dg.DagsterInstance) -> dg.DagsterRun:
    """A run of a job as the daemon knows it."""
    location = RegisteredCodeLocationOrigin("belib_platform")
    origin = RemoteJobOrigin(RemoteRepositoryOrigin(location, "__repository__"), job)
    return instance.create_run_for_job(
        defs.resolve_job_def(job), status=DagsterRunStatus[status], remote_job_origin=origin
    )


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_schedule_runs_by_itself_in_utc_and_off_the_full_hour(name: str) -> None:
    schedule = SCHEDULES[name]
    is_asked = name not in ("velib_five_minutely", "bike_tomorrow_daily") or "velib" in load_settings().network_names
    assert (schedule.default_status is dg.DefaultScheduleStatus.RUNNING) is is_asked
    assert schedule.execution_timezone == "UTC"
    assert isinstance(schedule.cron_schedule, str)
    assert not schedule.cron_schedule.startswith(("0 ", "* ", "*/", "0-"))
    assert schedule.description


def test_every_job_but_the_export_on_demand_has_a_schedule_or_a_sensor() -> None:
    sensors = defs.get_repository_def().sensor_defs
    wanted = {target.job_name for sensor in sensors for target in sensor.targets}
    assert {schedule.job_name for schedule in SCHEDULES.values()} | wanted == {
        job.name for job in defs.get_repository_def().get_all_jobs() if not job.name.startswith("__")
    } - {"export"}


@pytest.mark.slow
def test_the_five_minute_schedule_waits_for_its_own_run_and_says_so(instance: dg.DagsterInstance) -> None:
    noon = datetime(2025, 5, 6, 12, 2, tzinfo=UTC)
    submitted("weather_hourly", "STARTED", instance)
    submitted("belib_five_minutely", "FAILURE", instance)
    submitted("belib_five_minutely", "SUCCESS", instance)
    for status in ("QUEUED", "NOT_STARTED", "STARTING", "STARTED", "CANCELING"):
        assert days_asked("belib_five_minutely", noon, instance) == ["2025-05-06"]
        running = submitted("belib_five_minutely", status, instance)
        skipped = tick("belib_five_minutely", noon, instance)
        instance.delete_run(running.run_id)
        assert skipped.run_requests == []
        assert skipped.skip_message == f"Run {running.run_id} of this job is still queued or started; one at a time."


@pytest.mark.family
@pytest.mark.parametrize(
    ("at", "today", "yesterday"),
    [
        (datetime(2025, 5, 6, 23, 59, 59, tzinfo=UTC), "2025-05-06", "2025-05-05"),
        (datetime(2025, 5, 7, 0, 4, tzinfo=UTC), "2025-05-07", "2025-05-06"),
        (datetime(2025, 5, 7, 1, 59, tzinfo=PARIS), "2025-05-06", "2025-05-05"),
        (datetime(2025, 5, 7, 2, 4, tzinfo=PARIS), "2025-05-07", "2025-05-06"),
        (datetime(2024, 3, 1, 0, 4, tzinfo=UTC), "2024-03-01", "2024-02-29"),
        (datetime(2025, 3, 31, 0, 4, tzinfo=UTC), "2025-03-31", "2025-03-30"),
        (datetime(2025, 3, 30, 3, 1, tzinfo=PARIS), "2025-03-30", "2025-03-29"),
        (datetime(2025, 10, 26, 2, 4, fold=0, tzinfo=PARIS), "2025-10-26", "2025-10-25"),
        (datetime(2025, 10, 26, 1, 59, tzinfo=PARIS), "2025-10-25", "2025-10-24"),
        (datetime(2025, 10, 27, 0, 4, tzinfo=UTC), "2025-10-27", "2025-10-26"),
    ],
)
def test_a_tick_is_about_the_utc_day_it_falls_on_and_closing_about_the_day_before(
    at: datetime, today: str, yesterday: str, instance: dg.DagsterInstance
) -> None:
    for schedule in ("belib_five_minutely", "weather_hourly", "static_daily"):
        assert days_asked(schedule, at, instance) == [today]
    for schedule in ("close_day_daily", "archive_daily"):
        assert days_asked(schedule, at, instance) == [yesterday]


def test_on_the_first_day_there_is_no_day_before_to_close_or_to_archive(instance: dg.DagsterInstance) -> None:
    midnight = datetime.combine(FIRST_DAY, time(0, 4), UTC)
    for schedule in ("close_day_daily", "archive_daily"):
        skipped = tick(schedule, midnight, instance)
        assert skipped.run_requests == []
        assert (
            skipped.skip_message == f"{FIRST_DAY - timedelta(days=1)} is before the first day of the data, {FIRST_DAY}."
        )
        assert days_asked(schedule, midnight + timedelta(days=1), instance) == [str(FIRST_DAY)]


@pytest.mark.parametrize("hour", [17, 19])
def test_tomorrow_is_forecast_in_the_evening_of_today_where_bikes_are_asked_for(
    hour: int, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert days_asked("bike_tomorrow_daily", datetime(2025, 5, 6, hour, 13, tzinfo=UTC), instance) == []
    monkeypatch.setenv("BELIB_NETWORKS", "velib")
    assert days_asked("bike_tomorrow_daily", datetime(2025, 5, 6, hour, 13, tzinfo=UTC), instance) == ["2025-05-06"]
    assert datetime(2025, 5, 6, hour, 13, tzinfo=UTC) > issued_at(date(2025, 5, 6))


def test_closing_a_day_leaves_what_was_told_of_tomorrow_as_it_is() -> None:
    closed = defs.resolve_job_def("close_day_daily").asset_layer.executable_asset_keys
    assert dg.AssetKey("bike_tomorrow") not in closed
    assert dg.AssetKey("bike_tomorrow_skill") in closed


def test_closing_a_day_trusts_no_note_and_a_five_minute_run_ends_before_the_next() -> None:
    assert defs.resolve_job_def("close_day_daily").tags["belib/full_refresh"] == "true"
    assert int(defs.resolve_job_def("belib_five_minutely").tags["dagster/max_runtime"]) < 300
    for job in ("belib_five_minutely", "weather_hourly", "static_daily", "rebuild"):
        assert "belib/full_refresh" not in defs.resolve_job_def(job).tags
