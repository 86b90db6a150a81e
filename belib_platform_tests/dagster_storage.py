"""Dagster's storage in a database or a folder of its own, written by Dagster's own code."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
import yaml

from belib_platform.local.urls import storage_url

EVENTS = {"module": "dagster._core.storage.event_log", "class": "ConsolidatedSqliteEventLogStorage"}
QUIET = {
    "telemetry": {"enabled": False},
    "code_servers": {"wait_for_local_processes_on_shutdown": True},  # none outlives the test that had it started
    "compute_logs": {"module": "dagster._core.storage.noop_compute_log_manager", "class": "NoOpComputeLogManager"},
}


def local_instance(folder: Path, **overrides: Any) -> dg.DagsterInstance:
    """An instance in a folder, which one process after another may open.

    It has one database where Dagster by default makes one of each run, and starts no processes to keep what runs
    print: both take longer than many a run.
    """
    events = {**EVENTS, "config": {"base_dir": str(folder)}}
    return dg.DagsterInstance.local_temp(str(folder), {"event_log_storage": events, **QUIET, **overrides})


@contextmanager
def instance_at(postgres_url: str, folder: Path) -> Iterator[dg.DagsterInstance]:
    """An instance whose runs, events and schedules are at the URL."""
    folder.mkdir(exist_ok=True)
    storage = {"storage": {"postgres": {"postgres_url": storage_url(postgres_url)}}}
    (folder / "dagster.yaml").write_text(yaml.safe_dump({**storage, **QUIET}), encoding="utf-8")
    with dg.DagsterInstance.from_config(str(folder)) as instance:
        yield instance
