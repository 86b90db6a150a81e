"""The platform on stores of its own: its jobs run in this process, its tables read back."""

import os
import tempfile
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import dagster as dg
import polars as pl
import psycopg
import pytest
from dagster._core.definitions.schedule_definition import ScheduleExecutionData
from psycopg import sql
from pymongo import MongoClient

from belib_platform.contracts.contract import Contract
from belib_platform.definitions import defs
from belib_platform.local.databases import ensure_database
from belib_platform.local.urls import Urls
from belib_platform.raw.store import RawStore
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.import_result import ImportResult
from belib_platform.recordings.importing import import_recordings
from belib_platform.resources.mongo import MongoResource
from belib_platform.resources.postgres import PostgresResource
from belib_platform.search.client import Search
from belib_platform.settings import load_settings
from belib_platform.simulator.clock import Clock, real_clock
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.recordings import BELIB_ALONE, Network, write_recordings
from belib_platform.simulator.server import SimulatorServer, serving
from belib_platform.warehouse.database_url import on_same_server
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.conftest import INDEXED_HOURS, delete_indices


def today() -> date:
    """The UTC day it is."""
    return datetime.now(UTC).date()


def noon(day: date) -> datetime:
    """The middle of a UTC day."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def paris_around(now: datetime, seed: int = 5, stations: int = 8) -> Paris:
    """A small Paris from yesterday to tomorrow, without outages."""
    paris = Paris.draw(seed, first_day=(now - timedelta(days=1)).date(), days=3, stations=stations)
    paris.outages.clear()
    return paris


@contextmanager
def apis_of(paris: Paris, clock: Clock = real_clock) -> Iterator[SimulatorServer]:
    """The APIs of a Paris; the settings point to them."""
    with serving(paris, clock=clock) as server, pytest.MonkeyPatch.context() as environ:
        environ.setenv("BELIB_OPENDATASOFT_URL", server.url)
        environ.setenv("BELIB_OPEN_METEO_URL", server.url)
        yield server


def tick(schedule: str, at: datetime) -> ScheduleExecutionData:
    """What a schedule asks for at an instant."""
    repository = defs.get_repository_def()
    with (
        dg.DagsterInstance.local_temp() as instance,
        dg.build_schedule_context(
            instance=instance,
            scheduled_execution_time=at,
            repository_def=repository,
            resources={"mongo": MongoResource(), "postgres": PostgresResource()},
        ) as context,
    ):
        return repository.get_schedule_def(schedule).evaluate_tick(context)


def environment(mongo_url: str, postgres_url: str) -> dict[str, str]:
    """What another process needs to work on the same stores."""
    return {**os.environ, "BELIB_MONGO_URL": mongo_url, "BELIB_POSTGRES_URL": postgres_url}


@dataclass(frozen=True)
class Platform:
    """Stores that only one test has, and a Dagster instance that forgets."""

    instance: dg.DagsterInstance
    store: RawStore
    warehouse: Warehouse
    mongo_url: str
    postgres_url: str
    search: Search

    def run(
        self, job: str, day: date, tags: dict[str, str] | None = None, *, must_succeed: bool = True
    ) -> dg.ExecuteInProcessResult:
        """Run a job for one UTC day."""
        return defs.resolve_job_def(job).execute_in_process(
            instance=self.instance,
            partition_key=day.isoformat(),
            tags=tags,
            raise_on_error=must_succeed,
        )

    def import_past(
        self,
        paris: Paris,
        first: datetime | None = None,
        last: datetime | None = None,
        networks: Collection[Network] = BELIB_ALONE,
    ) -> ImportResult:
        """Keep what the APIs of a Paris answered, every five minutes, all its days or those within [first, last)."""
        with tempfile.TemporaryDirectory(prefix="belib-recordings-") as folder:
            write_recordings(paris, Path(folder), first or paris.begins_at, last or paris.ends_at, networks=networks)
            return import_recordings(find_recordings(Path(folder)), load_settings(), self.store)

    def import_noons(self, paris: Paris, days: Iterable[date], hours: int = 2) -> None:
        """Keep what was answered in the first hours of each day's afternoon."""
        for day in days:
            self.import_past(paris, noon(day), noon(day) + timedelta(hours=hours))

    def rows(self, contract: type[Contract], first: date | None = None, last: date | None = None) -> pl.DataFrame:
        """Rows of a table by key, of a UTC day, a range of days, or all."""
        return self.warehouse.read(contract, first, last or first).sort(contract.primary_key())


@contextmanager
def new_platform(stores: Urls) -> Iterator[Platform]:
    """A platform with databases of its own; the environment names them for the time of the block."""
    name = f"test_{uuid4().hex}"
    mongo_url, postgres_url = on_same_server(stores.mongo, name), on_same_server(stores.postgres, name)
    ensure_database(stores.postgres, name)
    client: MongoClient[dict[str, Any]] = MongoClient(mongo_url, tz_aware=True)
    warehouse, search = Warehouse(postgres_url), Search(stores.elasticsearch, f"{name}_", INDEXED_HOURS)
    with ExitStack() as stack:
        environ = stack.enter_context(pytest.MonkeyPatch.context())
        environ.setenv("BELIB_MONGO_URL", mongo_url)
        environ.setenv("BELIB_POSTGRES_URL", postgres_url)
        environ.setenv("BELIB_ELASTICSEARCH_URL", stores.elasticsearch)
        environ.setenv("BELIB_SEARCH_PREFIX", search.prefix)
        environ.setenv("BELIB_EMBEDDED_SEARCH_HOURS", str(INDEXED_HOURS))
        environ.setenv("BELIB_HOME", stack.enter_context(tempfile.TemporaryDirectory(prefix="belib-home-")))
        stack.callback(_drop_database, stores.postgres, name)
        stack.enter_context(client)
        stack.callback(client.drop_database, name)
        stack.callback(warehouse.close)
        stack.callback(search.close)
        stack.callback(delete_indices, search)
        instance = stack.enter_context(dg.DagsterInstance.ephemeral())
        yield Platform(instance, RawStore(client.get_default_database()), warehouse, mongo_url, postgres_url, search)


def checks_of(result: dg.ExecuteInProcessResult) -> dict[tuple[str, str], dg.AssetCheckEvaluation]:
    """What each check found in a run, by asset and check."""
    return {
        (evaluation.asset_key.to_user_string(), evaluation.check_name): evaluation
        for evaluation in result.get_asset_check_evaluations()
    }


def declared_checks(assets: Iterable[str]) -> set[tuple[str, str]]:
    """Every check these assets declare, by asset and check."""
    return {(asset, spec.name) for asset in assets for spec in defs.resolve_assets_def(asset).check_specs}


def failure_of(result: dg.ExecuteInProcessResult) -> str:
    """The sentence with which the first failed step of a run ended."""
    error = next(event.step_failure_data.error for event in result.all_events if event.is_step_failure)
    while error is not None and error.cause:
        error = error.cause
    return str(error.message).strip() if error else ""


def _drop_database(postgres_url: str, name: str) -> None:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
