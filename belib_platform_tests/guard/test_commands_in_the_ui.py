"""What commands run is seen in Dagster's UI: by the interface that its pages ask."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import httpx
import pytest
import yaml
from starlette.types import ASGIApp

from belib_platform.dagster_internals.running import run_here
from belib_platform.guard.dagster_ui import dagster_ui
from belib_platform.jobs import SILENT
from belib_platform.local.dagster_home import workspace_of, write_dagster_home
from belib_platform_tests.dagster_storage import QUIET

OF_THE_JOB = """{ pipelineOrError(
  params: {pipelineName: "export", repositoryName: "__repository__", repositoryLocationName: "belib_platform"}
) { ... on Pipeline { runs(limit: 5) { runId status } } } }"""

OF_THE_TIMELINE = """{ runsOrError { ... on Runs { results {
  jobName repositoryOrigin { repositoryName repositoryLocationName }
} } } }"""


@pytest.fixture
def ui(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres_url: str) -> Iterator[ASGIApp]:
    """The UI of the platform's own code location, as `belib up` has it."""
    monkeypatch.setenv("BELIB_POSTGRES_URL", postgres_url)
    monkeypatch.setenv("BELIB_HOME", str(tmp_path))
    home = tmp_path / "dagster"
    monkeypatch.setenv("DAGSTER_HOME", str(home))
    write_dagster_home(home)
    (home / "dagster.yaml").write_text(yaml.safe_dump(QUIET), encoding="utf-8")
    with dagster_ui(str(workspace_of(home))) as app:
        yield app


def asked(ui: ASGIApp, query: str) -> Any:
    async def answer() -> Any:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(ui), base_url="http://localhost") as client:
            return (await client.post("/graphql", json={"query": query})).json()

    told = asyncio.run(answer())
    assert "errors" not in told, told
    return next(iter(told["data"].values()))


@pytest.mark.slow
def test_a_run_of_a_command_is_on_its_jobs_page_and_on_the_timeline(ui: ASGIApp) -> None:
    with dg.DagsterInstance.get() as instance:
        whole = run_here(instance, "export", SILENT)
        some = run_here(instance, "export", SILENT, assets=["station_export"], tags={"why": "a part"})
    assert whole.success
    assert [event.asset_key.path for event in some.get_asset_materialization_events()] == [["station_export"]]
    runs = asked(ui, OF_THE_JOB)["runs"]
    assert {run["runId"] for run in runs} == {whole.run_id, some.run_id}
    assert {run["status"] for run in runs} == {"SUCCESS"}
    here = {"repositoryName": "__repository__", "repositoryLocationName": "belib_platform"}
    assert asked(ui, OF_THE_TIMELINE)["results"] == [{"jobName": "export", "repositoryOrigin": here}] * 2


def test_a_command_whose_run_fails_hears_why_and_raises_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BELIB_POSTGRES_URL", raising=False)
    with dg.DagsterInstance.ephemeral() as instance:
        result = run_here(instance, "export", SILENT)
    assert not result.success
    assert any(event.is_step_failure for event in result.all_events)
