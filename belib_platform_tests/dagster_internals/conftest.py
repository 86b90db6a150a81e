"""Dagster's instance as `belib` configures it, on a PostgreSQL database that only one test has."""

import gc
import warnings
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from belib_platform.local.dagster_home import write_dagster_home
from belib_platform.local.urls import storage_url


@pytest.fixture(scope="module", autouse=True)
def forget_instances() -> Iterator[None]:
    """Dagster does not wait for the processes that copy what runs print; collected here, they warn no other test."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture
def instance(dagster_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """An instance without any run."""
    monkeypatch.setenv("BELIB_DAGSTER_STORAGE", storage_url(dagster_url))
    write_dagster_home(tmp_path / "dagster")
    with dg.DagsterInstance.from_config(str(tmp_path / "dagster")) as empty:
        yield empty
