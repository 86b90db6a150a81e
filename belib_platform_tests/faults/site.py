"""A small Paris and a platform that polls it, at instants set by hand."""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import dagster as dg
import pytest
import time_machine
from dagster import DagsterRunStatus, RunsFilter
from dagster._daemon.monitoring.run_monitoring import check_run_timeout
from tenacity import wait_none

from belib_platform.assets.partitions import RANGE_TAGS
from belib_platform.contracts.clean import RejectedRecord
from belib_platform.dagster_internals.records import check_states
from belib_platform.definitions import defs
from belib_platform.local.urls import Urls
from belib_platform.monitoring.alerts import problems as alerts
from belib_platform.monitoring.alerts.staleness import instants_ahead, limits, stale_sources
from belib_platform.monitoring.mongo import observe_freshness
from belib_platform.raw import polling
from belib_platform.raw.due import sources_asked
from belib_platform.raw.polling import poll
from belib_platform.resources.mongo import MongoResource
from belib_platform.resources.postgres import PostgresResource
from belib_platform.settings import load_settings
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.server import SimulatorServer, serving
from belib_platform.sources.http import HttpPolicy
from belib_platform.sources.registry import SOURCES
from belib_platform.sources.source import Source
from belib_platform_tests.dagster_storage import local_instance
from belib_platform_tests.end_to_end.platform import Platform, new_platform
from belib_platform_tests.faults.providers import ENVIRONMENT, Providers, serving_providers
from belib_platform_tests.simulator.hand_clock import HandClock
from belib_platform_tests.warehouse.days import refresh

CADENCE = timedelta(minutes=5)
THURSDAY = datetime(2025, 3, 27, 10, 2, tzinfo=UTC)
"""When most cases begin: a day on which nothing else is special."""

MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
"""Where Dagster's event log of a case lies: on a disk each of its rows waits for the disk."""

QUICK = HttpPolicy(wait=wait_none(), connect_s=2, read_s=2, deadline_s=10)
"""As patient as the platform is, in a hundredth of the time."""

CHAIN, BIKE_CHAIN = "belib_five_minutely", "velib_five_minutely"
WEATHER, STATIC = "weather_hourly", "static_daily"
CLOSING, ARCHIVING = "close_day_daily", "archive_daily"

NOT_RULES = {"rejected", "rejected_ratio"}
"""What the check of rejected rows counts beside the records that broke each rule."""

BY_CHANCE = "check/poll/feed_is_fresh"
"""Whether a dozen points change within half an hour is left to chance."""


@dataclass
class Site:
    """A platform whose sources are simulated; `expected` counts the sound responses that must be there, by source."""

    platform: Platform
    paris: Paris
    clock: HandClock
    server: SimulatorServer
    providers: Providers
    folder: Path
    home: Path | None = None
    """Folder of the stores, where they are the site's own."""
    expected: Counter[str] = field(default_factory=Counter)
    said: set[str] = field(default_factory=set)
    """What `belib up` said."""

    @property
    def chains(self) -> list[str]:
        """The jobs that ask the feeds of the networks of this site."""
        return [f"{network}_five_minutely" for network in load_settings().network_names]

    @property
    def today(self) -> date:
        """The UTC day it is on the site."""
        return self.clock.at.date()

    @contextmanager
    def now(self) -> Iterator[None]:
        """The block runs at the site's instant; time goes on from there."""
        with time_machine.travel(self.clock.at, tick=True):
            yield

    def run(self, job: str, day: date | None = None, *, keeps: bool = True, must_succeed: bool = True) -> bool:
        """Run a job now, for today unless another day is named; `keeps` says that sound responses come of it."""
        with self.now():
            result = self.platform.run(job, day or self.today, must_succeed=must_succeed)
        if keeps:
            self.expect(job)
        return result.success

    def poll(self, *, keeps: bool = True, must_succeed: bool = True) -> bool:
        """One run of the chain of each network; then it is five minutes later."""
        succeeded = [self.run(chain, keeps=keeps, must_succeed=must_succeed) for chain in self.chains]
        self.clock.advance(CADENCE)
        return all(succeeded)

    def tick(self, schedule: str, at: datetime | None = None) -> list[str]:
        """What Dagster does at a schedule's tick: it evaluates it and runs what it asks for; the days of these."""
        definition = defs.get_repository_def().get_schedule_def(schedule)
        with local_instance(self.folder) as instance, self.now():
            context = dg.build_schedule_context(
                instance=instance,
                scheduled_execution_time=at or self.clock.at,
                repository_def=defs.get_repository_def(),
                resources={"mongo": MongoResource(), "postgres": PostgresResource()},
            )
            with context:
                requests = definition.evaluate_tick(context).run_requests or []
        days = [day for request in requests for day in _days_of(request)]
        for day in days:
            self.run(definition.job_name, day, keeps=day == self.today)
        return [day.isoformat() for day in days]

    def expect(self, job: str) -> None:
        """Count the sound responses a run of this job brings."""
        self.expected.update(source.name for source in sources_of(job))

    def begin(self) -> None:
        """Ask every source once and make all tables, without Dagster; then it is five minutes later."""
        store, settings = self.platform.store, load_settings()
        with self.now():
            for job in (STATIC, WEATHER, *self.chains):
                for source in sources_of(job):
                    store.keep(source.collection, [poll(source, settings, store)])
                self.expect(job)
            refresh(store, self.platform.warehouse, self.today, now=self.clock.at)
        self.clock.advance(CADENCE)

    def open(self) -> set[str]:
        """What the alerts would tell now, by key, except of ticks: no daemon runs here."""
        with self.now():
            now, settings = datetime.now(UTC), load_settings()
            site = alerts.Site(
                self.platform.instance, defs.get_repository_def(), settings, now - timedelta(hours=1), now
            )
            freshness = observe_freshness(self.platform.store, limits(settings), now)
            stale = stale_sources(freshness, settings, site.watched_since, now)
            found = [*alerts.failed_checks(site), *alerts.failed_runs(site), *stale, *instants_ahead(freshness, now)]
        return {problem.key for problem in found} - {BY_CHANCE}

    def turned_away(self) -> set[str]:
        """Rules by which records were rejected so far, as `counted` names them."""
        rejects = self.platform.warehouse.read(RejectedRecord).select("asset", "rule").unique()
        return {_count_of(asset, rule) for asset, rule in rejects.iter_rows()}

    def counted(self) -> set[str]:
        """Rules by which the newest checks counted records rejected, be they too few to turn a check false."""
        states = check_states(self.platform.instance, defs.get_repository_def().asset_graph)
        limited = [state for state in states if state.name == "rejected_rows_stay_under_a_limit"]
        return {_count_of(state.asset, rule) for state in limited for rule in state.numbers.keys() - NOT_RULES}

    def died(self) -> set[str]:
        """What the alerts tell of runs of other processes, once Dagster's monitoring has ended those that hang."""
        return {key for folder in self.folder.glob("*/worker.log") for key in self._told_of(folder.parent)}

    def _told_of(self, folder: Path) -> set[str]:
        with local_instance(folder) as instance, self.now():
            for record in instance.get_run_records(RunsFilter(statuses=[DagsterRunStatus.STARTED])):
                with time_machine.travel(self.clock.at + timedelta(hours=4), tick=True):
                    check_run_timeout(instance, record, logging.getLogger("belib_faults"), 0)
            site = alerts.Site(instance, defs.get_repository_def(), load_settings(), self.clock.at, self.clock.at)
            return {problem.key for problem in alerts.failed_runs(site)}


def _days_of(request: dg.RunRequest) -> list[date]:
    """The days a request names, alone or as a range."""
    key = request.partition_key
    first, last = (date.fromisoformat(key or request.tags[tag]) for tag in RANGE_TAGS)
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _count_of(asset: str, rule: str) -> str:
    return f"check/{asset}/rejected_rows_stay_under_a_limit counts {rule}"


def midnight_after(at: datetime) -> datetime:
    """The next midnight UTC."""
    return at.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def sources_of(job: str) -> list[Source]:
    """Whom a job asks."""
    return [source for source in sources_asked(load_settings()) if source.cadence.job == job]


def collections() -> set[str]:
    """Where responses lie."""
    return {source.collection for source in SOURCES.values()}


@contextmanager
def new_site(
    stores: Urls,
    at: datetime = THURSDAY,
    *,
    home: Path | None = None,
    seed: int = 5,
    days: int = 3,
    stations: int = 3,
    networks: str = "belib",
) -> Iterator[Site]:
    """A site with empty stores, on the day before `at` and those after; the environment names its parts."""
    paris = Paris.draw(seed, first_day=at.date() - timedelta(days=1), days=days, stations=stations)
    paris.outages.clear()
    paris.bike_outages.clear()
    clock = HandClock(at)
    with (
        serving(paris, clock=clock) as server,
        serving_providers(clock) as providers,
        new_platform(stores) as platform,
        pytest.MonkeyPatch.context() as patch,
        TemporaryDirectory(prefix="belib-dagster-", dir=MEMORY) as folder,
    ):
        server.faults.slow_s = 1.2 * QUICK.read_s
        urls = {"OPENDATASOFT": server, "OPEN_METEO": server, "INFOCLIMAT": providers, "OPENWEATHERMAP": providers}
        patch.setenv("BELIB_NETWORKS", networks)
        for variable, value in {**ENVIRONMENT, **{f"BELIB_{name}_URL": api.url for name, api in urls.items()}}.items():
            patch.setenv(variable, value)
        patch.setattr(polling.poll, "__defaults__", (QUICK,))
        yield Site(platform, paris, clock, server, providers, Path(folder), home)
