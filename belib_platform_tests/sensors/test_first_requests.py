"""The first asking, in a process of its own as `belib up` starts it, on an empty home and against simulated APIs."""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess

import dagster as dg
import polars as pl
import pytest
from dagster._core.scheduler.instigation import InstigatorStatus

from belib_platform.assets.requests import ONLY_TAG
from belib_platform.contracts.clean import ChargePoint, Station
from belib_platform.contracts.search import BelibChargePoints
from belib_platform.local.dagster_home import write_dagster_home
from belib_platform.local.urls import Urls, storage_url
from belib_platform.raw.due import due, sources_asked
from belib_platform.settings import Settings
from belib_platform.simulator.server import SimulatorServer
from belib_platform_tests.end_to_end.platform import (
    Platform,
    apis_of,
    new_platform,
    paris_around,
)
from belib_platform_tests.forks import Fork
from belib_platform_tests.sensors.test_unanswered import scheduled

ALL = ("open_meteo", "belib_static", "arrondissements", "belib")
Ask = Callable[..., CompletedProcess[str]]


@pytest.fixture
def platform(stores: Urls) -> Iterator[Platform]:
    """A platform with empty stores."""
    with new_platform(stores) as empty:
        yield empty


@pytest.fixture
def apis() -> Iterator[SimulatorServer]:
    """A small Paris around the present, without outages; the environment points to it."""
    with apis_of(paris_around(datetime.now(UTC))) as server:
        yield server


@pytest.fixture
def ask(platform: Platform, dagster_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Asks these sources and waits for the end."""
    write_dagster_home(tmp_path)
    monkeypatch.setenv("DAGSTER_HOME", str(tmp_path))
    monkeypatch.setenv("BELIB_DAGSTER_STORAGE", storage_url(dagster_url))

    def run(*sources: str) -> CompletedProcess[str]:
        arguments = ("belib_platform.definitions", "workspace.yaml", *sources)
        return Fork("belib_platform.sensors.first_requests", *arguments, env=dict(os.environ), cwd=tmp_path).ended()

    return run


def runs(status: dg.DagsterRunStatus) -> dict[str, str]:
    """The sources that each job's run of this status asked."""
    with dg.DagsterInstance.get() as instance:
        found = instance.get_runs(dg.RunsFilter(statuses=[status]))
    return {run.job_name: run.tags[ONLY_TAG] for run in found}


@pytest.mark.slow
def test_after_it_points_have_power_station_and_arrondissement_and_the_index_holds_them(
    ask: Ask, platform: Platform, apis: SimulatorServer
) -> None:
    asked = ask(*ALL)
    assert asked.returncode == 0, asked.stderr
    assert runs(dg.DagsterRunStatus.SUCCESS) == {
        "weather_hourly": "open_meteo",
        "static_daily": "belib_static,arrondissements",
        "belib_five_minutely": "belib",
    }
    points, stations = platform.rows(ChargePoint), platform.rows(Station)
    both = points.filter(pl.col("power_kw").is_not_null() & pl.col("station_id").is_not_null())
    assert both.height >= 0.9 * points.height > 0  # editions leave some points out
    assert stations["station_name"].null_count() < stations.height
    search = platform.search
    powers = {"exists": {"field": "power_kw"}}
    assert search.client.count(index=search.alias(BelibChargePoints), query=powers)["count"] >= 0.9 * points.height
    settings, now = Settings(_env_file=None), datetime.now(UTC)
    assert due(sources_asked(settings), platform.store, settings, now) == []


def test_of_a_job_only_the_sources_that_are_due_are_asked(ask: Ask, apis: SimulatorServer) -> None:
    assert ask("arrondissements").returncode == 0
    assert apis.asked
    assert all("/arrondissements/" in asked for asked in apis.asked)


@pytest.mark.slow
def test_what_does_not_answer_fails_its_own_run_only_and_is_in_the_ledger(
    ask: Ask, platform: Platform, apis: SimulatorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BELIB_OPENDATASOFT_URL", "http://127.0.0.1:9")
    assert ask(*ALL).returncode == 0
    assert set(runs(dg.DagsterRunStatus.SUCCESS)) == {"weather_hourly"}
    assert set(runs(dg.DagsterRunStatus.FAILURE)) == {"static_daily", "belib_five_minutely"}
    outcomes = {a["source"]: a["outcome"] for a in platform.store.ledger.since(datetime.now(UTC) - timedelta(hours=1))}
    assert outcomes == {"open_meteo": "sound", **dict.fromkeys(ALL[1:], "failed")}


@pytest.mark.slow
def test_a_job_whose_schedule_somebody_stopped_is_not_run(ask: Ask, apis: SimulatorServer) -> None:
    with dg.DagsterInstance.get() as instance:
        instance.add_instigator_state(scheduled("belib_five_minutely", InstigatorStatus.STOPPED))
    assert ask("open_meteo", "belib").returncode == 0
    assert set(runs(dg.DagsterRunStatus.SUCCESS)) == {"weather_hourly"}
    assert all("forecast" in asked for asked in apis.asked)


@pytest.mark.slow
def test_a_job_that_runs_already_is_not_run_beside_it(ask: Ask, apis: SimulatorServer) -> None:
    from belib_platform.definitions import defs

    with dg.DagsterInstance.get() as instance:
        instance.create_run_for_job(
            defs.resolve_job_def("belib_five_minutely"), status=dg.DagsterRunStatus.STARTED, tags={ONLY_TAG: "other"}
        )
    assert ask("open_meteo", "belib").returncode == 0
    assert all("forecast" in asked for asked in apis.asked)
    assert set(runs(dg.DagsterRunStatus.SUCCESS)) == {"weather_hourly"}
