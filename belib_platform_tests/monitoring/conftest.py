"""A platform's stores with a little history, and settings that name them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._daemon.types import DaemonHeartbeat

from belib_platform.local.urls import Urls
from belib_platform.raw.store import RawStore
from belib_platform.search.client import Search
from belib_platform.settings import Settings
from belib_platform.sources.registry import SOURCES
from belib_platform_tests.dagster_storage import instance_at
from belib_platform_tests.monitoring.served import settings_of
from belib_platform_tests.raw.made_pages import response

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Observable:
    """Stores that only one test has, and those who write to them."""

    settings: Settings
    store: RawStore
    instance: dg.DagsterInstance

    def polled(self, outcome: str, ago: timedelta = MINUTE, source: str = "belib") -> datetime:
        """Note a poll, so long ago, and what came of it; a sound answer is kept."""
        at = datetime.now(UTC) - ago
        if outcome == "sound":
            self.store.keep(SOURCES[source].collection, [response([{}], at, source=source)])
            return at
        self.store.ledger.begin(source, at, "poll")
        self.store.ledger.end(source, at, outcome)
        return at

    def beat(self, ago: timedelta = timedelta()) -> None:
        """Let the daemon say that it lives, so long ago."""
        at = datetime.now(UTC) - ago
        self.instance.add_daemon_heartbeat(DaemonHeartbeat(at.timestamp(), "SENSOR", "a"))


@pytest.fixture
def observable(
    stores: Urls, store: RawStore, mongo_url: str, dagster_url: str, search: Search, tmp_path: Path
) -> Iterator[Observable]:
    """Stores without a poll, a run or a heartbeat."""
    urls = replace(stores, mongo=mongo_url, postgres=dagster_url, dagster_postgres=dagster_url)
    settings = settings_of(urls, str(tmp_path / "home"), search.prefix)
    with instance_at(dagster_url, tmp_path / "dagster") as instance:
        yield Observable(settings, store, instance)
