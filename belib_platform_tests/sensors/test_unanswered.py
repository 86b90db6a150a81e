"""What the sensor of unanswered sources asks for, from what raw and the ledger hold."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteInstigatorOrigin, RemoteRepositoryOrigin
from dagster._core.scheduler.instigation import InstigatorState, InstigatorStatus, ScheduleInstigatorData

from belib_platform.assets.requests import ONLY_TAG, asked_for
from belib_platform.definitions import defs
from belib_platform.raw.due import sources_asked
from belib_platform.raw.store import RawStore
from belib_platform.resources.mongo import MongoResource
from belib_platform.sensors.jobs_of_sources import by_job
from belib_platform.sensors.unanswered import unanswered_sensor
from belib_platform.settings import Settings
from belib_platform.sources.registry import SOURCES
from belib_platform_tests.dagster_storage import local_instance
from belib_platform_tests.raw.made_pages import response

JUST_NOW, EARLIER = timedelta(seconds=30), timedelta(minutes=6)


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with local_instance(tmp_path) as empty:
        yield empty


@pytest.fixture(autouse=True)
def raw(mongo_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store of the test is that of the settings."""
    monkeypatch.setenv("BELIB_MONGO_URL", mongo_url)


def scheduled(name: str, status: InstigatorStatus) -> InstigatorState:
    """A schedule of the code location that somebody switched."""
    location = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("belib_platform"), "__repository__")
    origin = RemoteInstigatorOrigin(location, name)
    return InstigatorState(origin, InstigatorType.SCHEDULE, status, ScheduleInstigatorData("* * * * *"))


def asked(instance: dg.DagsterInstance) -> dict[str | None, str]:
    """The sources that each job is asked to ask."""
    resources = {"mongo": MongoResource()}
    with dg.build_sensor_context(instance, repository_def=defs.get_repository_def(), resources=resources) as context:
        requests = unanswered_sensor.evaluate_tick(context).run_requests or []
    assert all(request.partition_key == datetime.now(UTC).date().isoformat() for request in requests)
    return {request.job_name: request.tags[ONLY_TAG] for request in requests}


def answered(store: RawStore, name: str, ago: timedelta, **facts: str) -> None:
    source = SOURCES[name]
    store.keep(source.collection, [response([{}], datetime.now(UTC) - ago, source=name, **facts)])


def failed(store: RawStore, name: str, ago: timedelta, outcome: str = "failed") -> None:
    at = datetime.now(UTC) - ago
    store.ledger.begin(name, at, "poll")
    store.ledger.end(name, at, outcome, reason="away")


def test_what_was_never_asked_is_asked_but_the_feed_which_has_its_own_schedule(instance: dg.DagsterInstance) -> None:
    assert asked(instance) == {"weather_hourly": "open_meteo", "static_daily": "belib_static,arrondissements"}


def test_what_answered_within_its_cadence_is_left_alone(instance: dg.DagsterInstance, store: RawStore) -> None:
    answered(store, "open_meteo", timedelta(minutes=59))
    answered(store, "belib_static", timedelta(hours=23))
    assert asked(instance) == {"static_daily": "arrondissements"}
    answered(store, "arrondissements", timedelta(hours=23))
    assert asked(instance) == {}


def test_what_failed_is_asked_again_after_five_minutes_and_what_was_refused_after_an_hour(
    instance: dg.DagsterInstance, store: RawStore
) -> None:
    failed(store, "open_meteo", JUST_NOW)
    failed(store, "arrondissements", EARLIER)
    failed(store, "belib_static", EARLIER, "refused")
    assert asked(instance) == {"static_daily": "arrondissements"}


def test_one_run_of_a_job_at_a_time(instance: dg.DagsterInstance) -> None:
    instance.create_run_for_job(defs.resolve_job_def("static_daily"), status=dg.DagsterRunStatus.STARTED)
    assert asked(instance) == {"weather_hourly": "open_meteo"}


def test_a_job_whose_schedule_was_stopped_is_left_alone_until_it_is_started(instance: dg.DagsterInstance) -> None:
    stop = scheduled("static_daily", InstigatorStatus.STOPPED)
    instance.add_instigator_state(stop)
    assert asked(instance) == {"weather_hourly": "open_meteo"}
    instance.update_instigator_state(stop.with_status(InstigatorStatus.RUNNING))
    assert set(asked(instance)) == {"weather_hourly", "static_daily"}


def test_every_source_has_a_job_and_a_run_without_the_tag_asks_all_of_its() -> None:
    jobs = by_job(SOURCES)
    assert set(jobs) == {"static_daily", "belib_five_minutely", "velib_five_minutely", "weather_hourly"}
    assert sorted(",".join(tags[ONLY_TAG] for tags in jobs.values()).split(",")) == sorted(SOURCES)
    for source in sources_asked(Settings(_env_file=None)):
        assert asked_for(source, {})
        assert asked_for(source, {ONLY_TAG: f"other,{source.name}"})
        assert not asked_for(source, {ONLY_TAG: f"{source.name}_other"})
