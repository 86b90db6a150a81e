"""Dagster's instance on the local PostgreSQL, as it is written for `belib up`."""

from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from dagster import DagsterInstance

from belib_platform.local.dagster_home import write_dagster_home
from belib_platform.local.urls import Urls, dagster_home, environment
from belib_platform_tests.local.homes import settings_for

CHECKOUT = Path(__file__).parents[2]


def test_the_instance_loads_without_a_warning(
    stores: Urls, postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(tmp_path)
    for name, value in environment(replace(stores, dagster_postgres=postgres_url), settings).items():
        monkeypatch.setenv(name, value)
    write_dagster_home(dagster_home(settings))
    with DagsterInstance.from_config(str(dagster_home(settings))) as instance:
        assert instance.get_runs_count() == 0
        assert instance.get_concurrency_config().run_queue_config.max_concurrent_runs == 4
        assert instance.get_concurrency_config().pool_config.default_pool_limit == 1
        assert instance.run_monitoring_enabled


def test_it_is_written_again_only_when_it_differs(tmp_path: Path) -> None:
    write_dagster_home(tmp_path)
    written = (tmp_path / "dagster.yaml").stat().st_mtime_ns
    write_dagster_home(tmp_path)
    assert (tmp_path / "dagster.yaml").stat().st_mtime_ns == written
    (tmp_path / "dagster.yaml").write_text("storage: {}")
    write_dagster_home(tmp_path)
    assert "postgres_url" in (tmp_path / "dagster.yaml").read_text()


def test_the_checkout_and_the_home_load_the_same_location(tmp_path: Path) -> None:
    wanted = {"python_module": {"module_name": "belib_platform.definitions", "location_name": "belib_platform"}}
    for workspace in (write_dagster_home(tmp_path), CHECKOUT / "workspace.yaml"):
        assert yaml.safe_load(workspace.read_text()) == {"load_from": [wanted]}
