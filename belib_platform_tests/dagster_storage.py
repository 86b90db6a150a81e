"""Dagster's storage in a database of its own, written by Dagster's own code."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import yaml

from belib_platform.embedded.urls import storage_url


@contextmanager
def instance_at(postgres_url: str, folder: Path) -> Iterator[dg.DagsterInstance]:
    """An instance whose runs, events and schedules are at the URL."""
    folder.mkdir(exist_ok=True)
    storage = {"telemetry": {"enabled": False}, "storage": {"postgres": {"postgres_url": storage_url(postgres_url)}}}
    (folder / "dagster.yaml").write_text(yaml.safe_dump(storage), encoding="utf-8")
    with dg.DagsterInstance.from_config(str(folder)) as instance:
        yield instance
