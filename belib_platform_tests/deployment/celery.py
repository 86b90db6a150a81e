"""The services of compose.yaml and compose.celery.yaml that a backfill needs, as plain processes, and what they say."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import psutil

from belib_platform.local.children import Child
from belib_platform.local.ports import LOOPBACK, any_free
from belib_platform.local.processes import wait_until
from belib_platform.local.server import last_lines
from belib_platform_tests.deployment.services import Services

OVERLAY = "compose.celery.yaml"
HOSTS = ("first", "second")
"""Of the rebuilders; containers have hosts of their own, too."""

WAIT_S = 300.0
REPOSITORY = {"repositoryLocationName": "belib_platform", "repositoryName": "__repository__"}

LAUNCH = """
mutation($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) {
    __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message }
  }
}
"""
BACKFILL = """
query($backfill: String!, $filter: RunsFilter!) {
  partitionBackfillOrError(backfillId: $backfill) { ... on PartitionBackfill { status } }
  runsOrError(filter: $filter) {
    ... on Runs { results { runId status startTime endTime stepStats { stepKey status } } }
  }
}
"""
MESSAGES = """
query($run: ID!) {
  logsForRun(runId: $run) { ... on EventConnection { events { ... on MessageEvent { message } } } }
}
"""
STATES = """
query($repository: RepositorySelector!) {
  schedulesOrError(repositorySelector: $repository) { ... on Schedules { results { scheduleState { id status } } } }
  sensorsOrError(repositorySelector: $repository) { ... on Sensors { results { sensorState { id status } } } }
}
"""
STOP_SCHEDULE = "mutation($id: String!) { stopRunningSchedule(id: $id) { __typename } }"
STOP_SENSOR = "mutation($id: String!) { stopSensor(id: $id) { __typename } }"


class Celery:
    """Redis, code server, webserver, daemon and two rebuilders on the stores that the secrets name."""

    def __init__(self, folder: Path, secrets: dict[str, str], settings: dict[str, str]) -> None:
        port, redis = str(any_free()), folder / "redis"
        redis.mkdir()
        broker = {"belib_broker_url": f"redis://:secret@{LOOPBACK}:{port}/0"}
        self.services = Services(folder, secrets | broker, settings, (OVERLAY,), {"6379": port, "/data": str(redis)})
        self.rebuilders: dict[str, Child] = {}

    def start(self) -> None:
        """Start all in the order of their dependencies. Schedules and sensors are stopped: only what is asked runs."""
        for name in ("redis", "code", "webserver"):
            self.services.start(name)
            self._await(name)
        self.rebuilders = {host: self.services.start("rebuilder", host) for host in HOSTS}
        for host in HOSTS:
            self._await("rebuilder", host)
        self._stop_automation()
        self.services.start("daemon")

    def launch(self, days: list[date]) -> str:
        """Request a backfill of the job `rebuild` for these UTC days, as the job's page does; returns its id."""
        partition_set = {"repositorySelector": REPOSITORY, "partitionSetName": "rebuild_partition_set"}
        params = {"selector": partition_set, "partitionNames": [day.isoformat() for day in days]}
        launched = self._asked(LAUNCH, params=params)["launchPartitionBackfill"]
        assert launched["__typename"] == "LaunchBackfillSuccess", launched
        return str(launched["backfillId"])

    def state(self, backfill: str) -> tuple[str, list[dict[str, Any]]]:
        """The state of a backfill, and its runs with their steps."""
        told = self._asked(
            BACKFILL, backfill=backfill, filter={"tags": [{"key": "dagster/backfill", "value": backfill}]}
        )
        return told["partitionBackfillOrError"]["status"], told["runsOrError"]["results"]

    def messages(self, run: str) -> list[str]:
        """What the event log of a run says, oldest first."""
        events = self._asked(MESSAGES, run=run)["logsForRun"]["events"]
        return [event["message"] for event in events if "message" in event]

    def rebuilder_of(self, run: str) -> Child:
        """The rebuilder whose child executes a run, which is started."""
        pids = [int(found[1]) for text in self.messages(run) if (found := re.search(r"\(pid: (\d+)\)", text))]
        return next(child for child in self.rebuilders.values() if pids[-1] in descendants(child))

    def _stop_automation(self) -> None:
        states = self._asked(STATES, repository=REPOSITORY)
        for schedule in states["schedulesOrError"]["results"]:
            self._asked(STOP_SCHEDULE, id=schedule["scheduleState"]["id"])
        for sensor in states["sensorsOrError"]["results"]:
            self._asked(STOP_SENSOR, id=sensor["sensorState"]["id"])
        states = self._asked(STATES, repository=REPOSITORY)
        results = [*states["schedulesOrError"]["results"], *states["sensorsOrError"]["results"]]
        assert {state["status"] for result in results for state in result.values()} == {"STOPPED"}

    def _await(self, name: str, host: str = "") -> None:
        def is_healthy() -> bool:
            for child in self.services.children:
                assert child.exit_code() is None, last_lines(child.log)
            return self.services.is_healthy(name, host)

        assert wait_until(is_healthy, WAIT_S), name

    def _asked(self, query: str, **variables: Any) -> Any:
        url = f"http://{LOOPBACK}:{self.services.ui_port}/graphql"
        answer = httpx.post(url, json={"query": query, "variables": variables}, timeout=300, verify=False).json()
        assert "errors" not in answer, answer
        return answer["data"]


def descendants(child: Child) -> list[int]:
    """Pids of the processes that a program started."""
    return [process.pid for process in psutil.Process(child.pid).children(recursive=True)]
