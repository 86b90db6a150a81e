"""A platform with an inbox, its sensor ticking as the daemon lets it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg
import pytest

from belib_platform.definitions import defs
from belib_platform.local.urls import Urls
from belib_platform.recordings.inbox.folders import Inbox
from belib_platform_tests.dagster_storage import local_instance
from belib_platform_tests.end_to_end.platform import Platform, new_platform

SENSOR = "inbox_sensor"


@dataclass
class Daemon:
    """Ticks of the sensor on an instance of its own, and the runs it asks for."""

    inbox: Inbox
    platform: Platform
    instance: dg.DagsterInstance
    cursor: str | None = None
    run_keys: set[str] = field(default_factory=set)

    def tick(self) -> tuple[list[dg.RunRequest], str]:
        """What the sensor asks for now, a run key never twice, and what it says."""
        context = dg.build_sensor_context(instance=self.instance, cursor=self.cursor, repository_def=repository())
        told = repository().get_sensor_def(SENSOR).evaluate_tick(context)
        self.cursor = told.cursor
        new = [request for request in told.run_requests or [] if request.run_key not in self.run_keys]
        self.run_keys |= {request.run_key for request in new if request.run_key}
        return new, told.skip_message or ""

    def run(self, request: dg.RunRequest, *, must_succeed: bool = True) -> dg.ExecuteInProcessResult:
        """The run it asked for."""
        return defs.resolve_job_def("inbox_import").execute_in_process(
            instance=self.instance,
            run_config=request.run_config,
            tags=dict(request.tags),
            raise_on_error=must_succeed,
        )

    def run_until_idle(self) -> list[dg.ExecuteInProcessResult]:
        """Two ticks, between which nothing changes, and the runs they ask for."""
        return [self.run(request) for _ in range(2) for request in self.tick()[0]]


def repository() -> dg.RepositoryDefinition:
    """The code location's repository."""
    return defs.get_repository_def()


@pytest.fixture
def daemon(stores: Urls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Daemon]:
    """An inbox in a home of its own."""
    inbox = Inbox(tmp_path / "home")
    inbox.make()
    folder = tmp_path / "dagster"
    folder.mkdir()
    with new_platform(stores) as platform, local_instance(folder) as instance:
        monkeypatch.setenv("BELIB_HOME", str(inbox.home))
        yield Daemon(inbox, platform, instance)
