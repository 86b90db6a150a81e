"""The overlay's instance, as far as it goes without Docker: it loads, and knows its launcher."""

from pathlib import Path

import pytest
from dagster import DagsterInstance
from dagster_docker import DockerRunLauncher

from belib_platform.local.urls import storage_url
from belib_platform_tests.deployment.compose import DOCKER


def test_the_launchers_instance_loads(postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "dagster.yaml").write_bytes((DOCKER / "dagster.docker-launcher.yaml").read_bytes())
    monkeypatch.setenv("BELIB_DAGSTER_STORAGE", storage_url(postgres_url))
    monkeypatch.setenv("BELIB_DAGSTER_FILES", str(tmp_path / "storage"))
    with DagsterInstance.from_config(str(tmp_path)) as instance:
        assert isinstance(instance.run_launcher, DockerRunLauncher)
        assert instance.run_launcher.container_kwargs["read_only"] is True
