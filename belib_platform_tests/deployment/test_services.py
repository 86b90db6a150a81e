"""What compose.yaml starts, started without Docker: separate processes, least rights, secrets from files."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from belib_platform.local.processes import wait_until
from belib_platform.local.server import last_lines
from belib_platform.local.urls import Urls
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.server import serving
from belib_platform.warehouse.database_url import on_same_server
from belib_platform_tests.deployment.least_rights import Roles, rows
from belib_platform_tests.deployment.services import OURS, Services
from belib_platform_tests.end_to_end.platform import new_platform, today

pytestmark = pytest.mark.slow

WAIT_S = 300.0
NAMED = "ui.example.org"
STORES = ("mongo", "postgres", "dagster", "elasticsearch")

LAUNCH = """
mutation($day: String!) {
  launchRun(executionParams: {
    selector: {
      repositoryLocationName: "belib_platform", repositoryName: "__repository__", jobName: "weather_hourly"
    },
    executionMetadata: {tags: [{key: "dagster/partition", value: $day}]}
  }) { __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } }
}
"""
STATUS = "query($run: ID!) { runOrError(runId: $run) { ... on Run { status } } }"
LOCATIONS = """
{ workspaceOrError { ... on Workspace { locationEntries { name locationOrLoadError {
  __typename ... on RepositoryLocation { isReloadSupported repositories { name pipelines { name } } }
} } } } }
"""
ENDED = {"SUCCESS", "FAILURE", "CANCELED"}


@pytest.fixture
def services(roles: Roles, stores: Urls, tmp_path: Path) -> Iterator[Services]:
    """The services on stores of their own, started in the order of compose.yaml, and ended."""
    paris = Paris.draw(1, first_day=today(), days=2, stations=4)
    with new_platform(stores) as platform, serving(paris) as server:
        secrets = {
            "belib_mongo_url": platform.mongo_url,
            "belib_postgres_url": roles.writer,
            "belib_dagster_url": roles.dagster,
            "belib_elasticsearch_url": stores.elasticsearch,
            "metrics_mongo_url": platform.mongo_url,
            "metrics_postgres_url": roles.metrics,
            "metrics_dagster_url": on_same_server(roles.metrics, roles.databases[1]),
            "metrics_elasticsearch_url": stores.elasticsearch,
            "belib_reader_url": roles.reader,
        }
        apis = {"BELIB_OPENDATASOFT_URL": server.url, "BELIB_OPEN_METEO_URL": server.url, "BELIB_ALLOWED_HOSTS": NAMED}
        started = Services(tmp_path, secrets, {**apis, "BELIB_SEARCH_PREFIX": platform.search.prefix})
        try:
            for name in OURS:
                started.start(name)
                if name != "daemon":
                    assert wait_until(lambda name=name: _healthy(started, name), WAIT_S), name
            yield started
        finally:
            started.end()


def _healthy(services: Services, name: str) -> bool:
    for child in services.children:
        assert child.exit_code() is None, last_lines(child.log)
    return services.is_healthy(name)


def asked(services: Services, query: str, **variables: str) -> Any:
    """What the webserver's GraphQL answers."""
    body = {"query": query, "variables": variables}
    answer = httpx.post(f"http://127.0.0.1:{services.ui_port}/graphql", json=body, timeout=300, verify=False).json()
    assert "errors" not in answer, answer
    return answer["data"]


def in_sessions(sessions: set[int]) -> list[psutil.Process]:
    """Processes of these sessions that live."""
    return [process for process in psutil.process_iter() if _session(process) in sessions]


def _session(process: psutil.Process) -> int | None:
    try:
        return os.getsid(process.pid) if process.status() != psutil.STATUS_ZOMBIE else None
    except (ProcessLookupError, psutil.NoSuchProcess):
        return None


def test_a_run_asked_for_in_the_ui_is_done_by_the_daemon_and_nothing_is_left(services: Services, roles: Roles) -> None:
    entry = asked(services, LOCATIONS)["workspaceOrError"]["locationEntries"][0]
    assert entry["name"] == "belib_platform"
    assert entry["locationOrLoadError"]["__typename"] == "RepositoryLocation"

    info = f"http://127.0.0.1:{services.ui_port}/server_info"
    for host, status in ((f"{NAMED}:8443", 200), ("evil.example", 421)):
        assert httpx.get(info, headers={"host": host}, timeout=300).status_code == status

    launched = asked(services, LAUNCH, day=datetime.now(UTC).date().isoformat())["launchRun"]
    assert launched["__typename"] == "LaunchRunSuccess", launched
    run = launched["run"]["runId"]
    state: list[str] = []

    def has_ended() -> bool:
        state[:] = [asked(services, STATUS, run=run)["runOrError"]["status"]]
        return state[0] in ENDED

    assert wait_until(has_ended, WAIT_S), state
    assert state == ["SUCCESS"]
    assert rows(roles.reader, "SELECT count(*) > 0 FROM clean.weather_forecast") == [(True,)]
    assert services.is_healthy("daemon")
    wanted = [f'belib_store_up{{store="{store}"}} 1.0' for store in STORES]
    wanted.append('belib_job_last_run_succeeded{job="weather_hourly"} 1.0')  # a scheduled one may just have begun

    def is_told() -> bool:
        told = httpx.get(f"http://127.0.0.1:{services.metrics_port}/metrics", timeout=300).text
        return all(line in told for line in wanted)

    assert wait_until(is_told, WAIT_S)

    weather = httpx.get(f"http://127.0.0.1:{services.api_port}/v1/weather", timeout=300).json()  # from the tables
    assert weather.get("items") or weather["detail"].startswith(
        "There is no response of the feed of charge points until "
    ), weather

    sessions = {child.pid for child in services.children}
    assert in_sessions(sessions)
    services.end()
    assert in_sessions(sessions) == []
    assert [file.name for file in services.instance.iterdir()] == ["dagster.yaml"]
    assert list((services.home / "dagster" / "storage").iterdir())
