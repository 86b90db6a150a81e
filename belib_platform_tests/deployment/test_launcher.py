"""The overlays' instances, as far as they go without Docker and Redis: they load, and know their launchers."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from dagster import DagsterInstance, DagsterRun
from dagster._core.launcher import WorkerStatus
from dagster_docker import DockerRunLauncher

from belib_platform.dagster_internals.celery_launcher import WatchedCeleryRunLauncher
from belib_platform.local.urls import storage_url
from belib_platform_tests.deployment.compose import DOCKER

Load = Callable[[str], AbstractContextManager[DagsterInstance]]


@pytest.fixture
def load(postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Opens the instance of a file of the folder."""
    monkeypatch.setenv("BELIB_DAGSTER_STORAGE", storage_url(postgres_url))
    monkeypatch.setenv("BELIB_DAGSTER_FILES", str(tmp_path / "storage"))
    monkeypatch.setenv("BELIB_DAGSTER_BROKER", "redis://:secret@127.0.0.1:1/0")

    @contextmanager
    def loaded(file: str) -> Iterator[DagsterInstance]:
        (tmp_path / "dagster.yaml").write_bytes((DOCKER / file).read_bytes())
        with DagsterInstance.from_config(str(tmp_path)) as instance:
            yield instance

    return loaded


def test_the_launchers_instance_loads(load: Load) -> None:
    with load("dagster.docker-launcher.yaml") as instance:
        assert isinstance(instance.run_launcher, DockerRunLauncher)
        assert instance.run_launcher.container_kwargs["read_only"] is True


def test_celerys_instance_loads_and_a_run_that_a_command_executes_is_left_alone(load: Load) -> None:
    with load("dagster.celery.yaml") as instance:
        launcher = instance.run_launcher
        assert isinstance(launcher, WatchedCeleryRunLauncher)
        assert launcher.celery.conf.task_acks_late is True
        assert launcher.celery.conf.worker_prefetch_multiplier == 1
        assert launcher.check_run_worker_health(DagsterRun("rebuild")).status is WorkerStatus.RUNNING
