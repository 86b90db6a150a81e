"""The real `belib up`, polling a simulated Paris each minute: each store is killed while the daemon's run goes on."""

import json
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg
import psycopg
import pytest
from pymongo import MongoClient

from belib_platform.local.home import Home
from belib_platform.local.ports import any_free
from belib_platform.local.processes import wait_until
from belib_platform.local.stores import stores
from belib_platform.local.urls import Urls, environment
from belib_platform.raw.store import RawStore
from belib_platform.search.client import Search
from belib_platform.settings import Settings, load_settings
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.server import serving
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.end_to_end.platform import Platform, today
from belib_platform_tests.faults.case import Outcome
from belib_platform_tests.faults.comparison import cost_of
from belib_platform_tests.faults.site import CHAIN, WEATHER, Site
from belib_platform_tests.local.homes import new_home
from belib_platform_tests.simulator.hand_clock import HandClock

WAIT_S = 600.0
STARTED = "SELECT run_id FROM runs WHERE pipeline_name = %s AND status = 'STARTED'"
SUCCEEDED = "SELECT count(*) FROM runs WHERE pipeline_name = %s AND status = 'SUCCESS' AND start_time > %s"


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A home whose platform asks a simulated Paris each minute; the environment says so."""
    paris = Paris.draw(5, first_day=today() - timedelta(days=1), days=3, stations=3)
    paris.outages.clear()
    with new_home() as settings, serving(paris) as server:
        for name in ("OPENDATASOFT_URL", "OPEN_METEO_URL"):
            monkeypatch.setenv(f"BELIB_{name}", server.url)
        monkeypatch.setenv("BELIB_CADENCE_S", "60")
        monkeypatch.setenv("BELIB_HOME", str(settings.home))
        yield settings


class Up:
    """`belib up`, and what it says."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "belib_platform.cli", "up", f"--port={any_free()}"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert self.process.stdout
        self._said = self.process.stdout

    def said(self, pattern: str) -> re.Match[str]:
        """The next line that reads so."""
        heard: list[str] = []
        for line in self._said:
            heard.append(line)
            if found := re.fullmatch(pattern, line):
                return found
        raise AssertionError(heard)

    def stop(self) -> None:
        """End it in order."""
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=WAIT_S)
        assert self.process.returncode == 0


def told(urls: Urls, query: str, *values: object) -> list[Any]:
    """What Dagster's storage says; nothing while PostgreSQL is away."""
    try:
        with psycopg.connect(urls.dagster_postgres, connect_timeout=5) as connection:
            return connection.execute(query, values).fetchall()
    except psycopg.OperationalError:
        return []


def has_polled_since(urls: Urls, then: datetime) -> bool:
    """Whether a run of the chain that began later has succeeded."""
    return any(count for (count,) in told(urls, SUCCEEDED, CHAIN, then.timestamp()))


@pytest.mark.fault
def test_stores_killed_under_belib_up_cost_nothing(
    home: Settings, monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    with ExitStack() as stack:
        up = Up()
        stack.callback(up.process.kill)
        up.said("Ready.\n")
        urls = stack.enter_context(stores(home))
        visible = set[str]()
        for server in Home(home.home).servers:
            assert wait_until(lambda: bool(told(urls, STARTED, CHAIN)), WAIT_S), "no run began"
            main = server.process_record.process()
            assert main
            main.kill()
            found = up.said(rf"({server.name} ended and was started again) after (\d+\.\d) s\.\n")
            visible.add(f"belib up: {found[1]}")
            then = datetime.now(UTC)
            assert wait_until(lambda then=then: has_polled_since(urls, then), WAIT_S), "no poll succeeded afterwards"
        up.stop()
        site = site_of(home, urls, stack, monkeypatch)
        for job in (WEATHER, CHAIN):  # the attempts of both are in the table of polls then
            site.platform.run(job, today())
        site.clock.at = datetime.now(UTC)
        attempts = site.platform.store.ledger.collection.find({"outcome": "sound"})
        site.expected = Counter(attempt["source"] for attempt in attempts)
        assert site.expected["belib"] > len(visible)
        cost = cost_of(site)
        assert not cost.where, cost.where
        outcome = Outcome(
            "each store dies in a run@belib up", cost.lost, cost.doubled, tuple(sorted(visible)), "next run"
        )
        record_property("outcome", json.dumps(asdict(outcome)))


def site_of(home: Settings, urls: Urls, stack: ExitStack, patch: pytest.MonkeyPatch) -> Site:
    """What `belib up` left, as the comparison wants it."""
    for variable, value in environment(urls, home).items():
        patch.setenv(variable, value)
    client: MongoClient[dict[str, Any]] = stack.enter_context(MongoClient(urls.mongo, tz_aware=True))
    warehouse = Warehouse(urls.postgres)
    search = Search(urls.elasticsearch, embedded_hours=load_settings().embedded_search_hours)
    stack.callback(warehouse.close)
    stack.callback(search.close)
    instance = stack.enter_context(dg.DagsterInstance.ephemeral())
    store = RawStore(client.get_default_database())
    platform = Platform(instance, store, warehouse, urls.mongo, urls.postgres, search)
    return Site(platform, None, HandClock(datetime.now(UTC)), None, None, home.home)  # type: ignore[arg-type]
