"""What is asked for stale days: ranges, one after another, and no bad day for ever."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
import yaml
from dagster import DagsterRunStatus
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin

from belib_platform.assets.partitions import DAYS_A_RUN, RANGE_TAGS
from belib_platform.definitions import defs
from belib_platform.local.dagster_home import INSTANCE
from belib_platform.sensors.stale_runs import AGAIN_AFTER, TAG, stale_runs
from belib_platform_tests.dagster_storage import local_instance

FIRST = date(2025, 1, 1)
DOCKER = Path(__file__).parents[2] / "docker"


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with local_instance(tmp_path) as empty:
        yield empty


def asked(instance: dg.DagsterInstance, days: list[date], later: timedelta = timedelta()) -> list[dict[str, str]] | str:
    """The tags of the runs asked for, or why there are none."""
    context = dg.build_schedule_context(instance=instance, scheduled_execution_time=datetime.now(UTC) + later)
    said = list(stale_runs(context, "mart", days, "All is well.", ["station_availability_hourly"]))
    reasons = [reason.skip_message or "" for reason in said if isinstance(reason, dg.SkipReason)]
    return reasons[0] if reasons else [dict(run.tags) for run in said if isinstance(run, dg.RunRequest)]


def lengths(requests: list[dict[str, str]] | str) -> list[int]:
    """Days of each run."""
    assert not isinstance(requests, str), requests
    spans = [[date.fromisoformat(tags[tag]) for tag in RANGE_TAGS] for tags in requests]
    return [(last - first).days + 1 for first, last in spans]


def happened(instance: dg.DagsterInstance, requests: list[dict[str, str]] | str, status: DagsterRunStatus) -> None:
    """The runs asked for, as they are some time later."""
    origin = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("belib_platform"), "__repository__")
    for tags in requests:
        instance.create_run_for_job(
            defs.resolve_job_def("rebuild"),
            status=status,
            tags=dict(tags),  # type: ignore[arg-type]
            remote_job_origin=RemoteJobOrigin(origin, "rebuild"),
        )


def days(count: int) -> list[date]:
    return [FIRST + timedelta(days=n) for n in range(count)]


@pytest.mark.parametrize(("count", "runs"), [(1, [1]), (30, [30]), (400, [*[30] * 13, 10])])
def test_hundreds_of_days_after_an_upgrade_are_a_run_a_month(
    instance: dg.DagsterInstance, count: int, runs: list[int]
) -> None:
    requests = asked(instance, days(count))
    assert lengths(requests) == runs
    assert max(runs) <= DAYS_A_RUN
    assert all(tags[TAG] == "mart" for tags in requests if isinstance(tags, dict))


@pytest.mark.parametrize("file", [None, "dagster.yaml", "dagster.celery.yaml", "dagster.docker-launcher.yaml"])
def test_one_of_them_runs_at_a_time(file: str | None) -> None:
    configuration = yaml.safe_load((DOCKER / file).read_text("utf-8") if file else INSTANCE)
    limits = configuration["concurrency"]["runs"]["tag_concurrency_limits"]
    assert {"key": TAG, "limit": 1} in limits


def test_nothing_more_is_asked_as_long_as_the_last_are_not_done(instance: dg.DagsterInstance) -> None:
    assert asked(instance, []) == "All is well."
    happened(instance, asked(instance, days(40)), DagsterRunStatus.QUEUED)
    assert "still queued or started" in str(asked(instance, days(40)))


@pytest.mark.slow
def test_a_bad_day_costs_its_range_one_night_and_then_only_itself(instance: dg.DagsterInstance) -> None:
    stale = days(60)
    first_night = asked(instance, stale)
    assert lengths(first_night) == [30, 30]
    happened(instance, first_night[:1], DagsterRunStatus.FAILURE)
    happened(instance, first_night[1:], DagsterRunStatus.SUCCESS)
    second_night = asked(instance, stale[:30])
    assert lengths(second_night) == [1] * 30
    happened(instance, second_night[:1], DagsterRunStatus.FAILURE)
    happened(instance, second_night[1:], DagsterRunStatus.SUCCESS)
    said = asked(instance, stale[:1])
    assert said == f"Stale days that failed less than a week ago: {FIRST}."
    assert lengths(asked(instance, stale[:1], AGAIN_AFTER)) == [1]
    assert lengths(asked(instance, stale[:2])) == [2], "with another day it is another range"
