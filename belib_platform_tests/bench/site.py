"""A platform to measure: databases of its own on shared local servers, and a Dagster instance in PostgreSQL."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import dagster as dg

from belib_platform.dagster_internals.instance import open_instance
from belib_platform.local.dagster_home import write_dagster_home
from belib_platform.local.databases import ensure_database
from belib_platform.local.stores import stores
from belib_platform.local.urls import Urls, dagster_home, environment
from belib_platform.raw.store import RawStore
from belib_platform.resources.mongo import MongoResource
from belib_platform.settings import Settings
from belib_platform.warehouse.database_url import on_same_server


@dataclass(frozen=True)
class Site:
    """One history and the instance that made it."""

    urls: Urls
    variables: dict[str, str]
    instance: dg.DagsterInstance

    def enter(self) -> None:
        """Make this the platform that the process, and those it starts, work on."""
        os.environ.update(self.variables)

    def store(self) -> RawStore:
        """The raw layer of this site, which becomes the one the process works on."""
        self.enter()
        return MongoResource().store()


@dataclass(frozen=True)
class Ground:
    """Local servers in a home that disappears."""

    settings: Settings
    urls: Urls

    @contextmanager
    def site(self, name: str) -> Iterator[Site]:
        """An empty platform."""
        urls = replace(
            self.urls,
            mongo=on_same_server(self.urls.mongo, name),
            postgres=on_same_server(self.urls.postgres, name),
            dagster_postgres=on_same_server(self.urls.postgres, f"{name}_dagster"),
        )
        for url in (urls.postgres, urls.dagster_postgres):
            ensure_database(self.urls.postgres, url.rpartition("/")[2])
        variables = environment(urls, self.settings) | {
            "BELIB_SEARCH_PREFIX": f"{name}_",
            "BELIB_EMBEDDED_SEARCH_DAYS": "1",
        }
        os.environ.update(variables)
        with open_instance() as instance:
            yield Site(urls, variables, instance)


@contextmanager
def ground() -> Iterator[Ground]:
    """Servers for the time of the block, whatever stores the environment names."""
    with tempfile.TemporaryDirectory(prefix="belib-bench-", ignore_cleanup_errors=True) as home:
        settings = Settings(home=Path(home), mongo_url=None, postgres_url=None, _env_file=None)
        write_dagster_home(dagster_home(settings))
        with stores(settings) as urls:
            yield Ground(settings, urls)
