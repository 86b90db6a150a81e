"""Dagster's UI behind the guard, in a process of its own, and what is asked of it to see whether it was changed."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml

from belib_platform.local.children import Child, end_all
from belib_platform.local.ports import LOOPBACK, any_free, is_served
from belib_platform.local.processes import wait_until
from belib_platform.local.server import last_lines
from belib_platform_tests.dagster_storage import QUIET

PROGRAM = "belib_platform.guard"

NO_KEEP_ALIVE = httpx.Limits(max_keepalive_connections=0)
"""An application that answers before it has read the body may close a connection that the next request would use."""

WAIT_S = 300.0
INSTANCE = {
    **QUIET,
    "nux": {"enabled": False},
    "run_coordinator": {"module": "dagster._core.run_coordinator", "class": "DefaultRunCoordinator"},
}
"""Runs begin at once, without a daemon."""

NAMED = "ui.example.org"
"""The host that BELIB_ALLOWED_HOSTS names."""

LOCATION = "belib_platform_tests.guard.location"

SELECTOR = f'{{repositoryLocationName: "{LOCATION}", repositoryName: "__repository__", scheduleName: "steady"}}'
STATE = f"""{{ scheduleOrError(scheduleSelector: {SELECTOR}) {{
  ... on Schedule {{ scheduleState {{ id selectorId status }} }}
  ... on PythonError {{ message }}
}} }}"""
STOP = """mutation {{ stopRunningSchedule(id: "{id}") {{
  __typename ... on ScheduleStateResult {{ scheduleState {{ status }} }} ... on PythonError {{ message }}
}} }}"""
START = f"mutation {{ startSchedule(scheduleSelector: {SELECTOR}) {{ __typename }} }}"
LAUNCH = f"""mutation {{ launchRun(executionParams: {{ selector: {{
  repositoryLocationName: "{LOCATION}", repositoryName: "__repository__", jobName: "thing_job"
}} }}) {{ __typename ... on LaunchRunSuccess {{ run {{ runId }} }} ... on PythonError {{ message }} }} }}"""
MADE = (
    """{ assetOrError(assetKey: {path: ["thing"]}) { ... on Asset { assetMaterializations(limit: 5) { runId } } } }"""
)


@dataclass(frozen=True)
class ServedUi:
    """A UI that listens on 127.0.0.1, the folder of its instance, and a client that is as patient as need be."""

    port: int
    folder: Path
    client: httpx.Client

    @property
    def url(self) -> str:
        """As a person opens it."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def log(self) -> str:
        """What it wrote so far."""
        return (self.folder / "ui.log").read_text(encoding="utf-8")

    def asked(self, query: str) -> Any:
        """What GraphQL answers to a program."""
        answer = self.client.post(f"{self.url}/graphql", json={"query": query})
        assert "errors" not in answer.json(), answer.text
        return answer.json()["data"]

    @property
    def schedule_is_running(self) -> bool:
        """Whether the schedule is on."""
        status: str = self._schedule()["status"]
        return status == "RUNNING"

    @property
    def times_made(self) -> int:
        """How often the asset was materialized, or reported to be."""
        return len(self.asked(MADE)["assetOrError"].get("assetMaterializations", []))

    @property
    def stop(self) -> str:
        """The mutation that stops the schedule."""
        return STOP.format(id=self._schedule()["id"])

    def _schedule(self) -> dict[str, str]:
        state: dict[str, str] = self.asked(STATE)["scheduleOrError"]["scheduleState"]
        return state


@contextmanager
def served_ui(folder: Path, allowed_hosts: str = NAMED) -> Iterator[ServedUi]:
    """The UI of an instance in this folder, whose storage is in files."""
    folder.mkdir(exist_ok=True)
    (folder / "dagster.yaml").write_text(yaml.safe_dump(INSTANCE), encoding="utf-8")
    workspace = folder / "workspace.yaml"
    location = {"python_module": {"module_name": LOCATION, "location_name": LOCATION}}
    workspace.write_text(yaml.safe_dump({"load_from": [location]}), encoding="utf-8")
    client = httpx.Client(timeout=WAIT_S, limits=NO_KEEP_ALIVE)  # to make one costs more than to ask
    ui = ServedUi(any_free(), folder, client)
    environment = {
        **os.environ,
        "DAGSTER_HOME": str(folder),
        "BELIB_HOME": str(folder / "home"),
        "BELIB_ALLOWED_HOSTS": allowed_hosts,
    }
    command = [sys.executable, "-m", PROGRAM, f"--port={ui.port}", "--workspace", str(workspace)]
    child = Child(command, environment, folder / "ui.log")
    with client:
        try:
            assert wait_until(lambda: _is_served(child, ui), WAIT_S), ui.log
            yield ui
        finally:
            end_all([child])


def _is_served(child: Child, ui: ServedUi) -> bool:
    assert child.exit_code() is None, f"It ended with code {child.exit_code()}.\n{last_lines(child.log)}"
    return is_served(ui.port, "server_info")
