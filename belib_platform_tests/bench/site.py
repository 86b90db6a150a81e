"""A platform to measure: databases of its own on shared local servers, and a Dagster instance in PostgreSQL."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import dagster as dg
import psycopg
from psycopg import sql

from belib_platform.assets.partitions import FIRST_DAY
from belib_platform.dagster_internals.instance import open_instance
from belib_platform.local.dagster_home import write_dagster_home
from belib_platform.local.databases import ensure_database
from belib_platform.local.stores import stores
from belib_platform.local.urls import Urls, dagster_home, environment
from belib_platform.raw.store import RawStore
from belib_platform.resources.mongo import MongoResource
from belib_platform.settings import Settings
from belib_platform.warehouse.database_url import on_same_server
from belib_platform.warehouse.schema import ensure_schema
from belib_platform_tests.bench.load import YEAR


@dataclass(frozen=True)
class Site:
    """One history and the instance that made it."""

    urls: Urls
    variables: dict[str, str]
    instance: dg.DagsterInstance

    def entered(self) -> "Site":
        """The same, after making it the platform that this process, and those it starts, work on."""
        os.environ.update(self.variables)
        return self

    def store(self) -> RawStore:
        """The raw layer of the platform that was entered last."""
        return MongoResource().store()


@dataclass(frozen=True)
class Ground:
    """Local servers in a home, with the sites on them."""

    settings: Settings
    urls: Urls
    sites: ExitStack = field(repr=False)

    def new_site(self, name: str, raw: str | None = None) -> Site:
        """An empty platform, whose tables are made; it is the one entered.

        `raw` names the database of MongoDB, which need not be empty; without it, it is `name`.
        """
        urls = self.database(name)
        if raw is not None:
            urls = replace(urls, mongo=on_same_server(urls.mongo, raw))
        self._empty_database(f"{name}_dagster")
        urls = replace(urls, dagster_postgres=on_same_server(self.urls.postgres, f"{name}_dagster"))
        variables = environment(urls, self.settings) | {"BELIB_SEARCH_PREFIX": f"{name}_"}
        os.environ.update(variables)
        ensure_schema(urls.postgres)
        return Site(urls, variables, self.sites.enter_context(open_instance()))

    def database(self, name: str) -> Urls:
        """Databases of this name: an empty one in PostgreSQL; what MongoDB has of it in a given home stays."""
        self._empty_database(name)
        return replace(
            self.urls, mongo=on_same_server(self.urls.mongo, name), postgres=on_same_server(self.urls.postgres, name)
        )

    def _empty_database(self, name: str) -> None:
        with psycopg.connect(self.urls.postgres, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        ensure_database(self.urls.postgres, name)


@contextmanager
def ground(home: Path | None = None) -> Iterator[Ground]:
    """Servers for the time of the block, whatever stores the environment names; without a home, one that disappears.

    Raises AssertionError where the definitions, which are loaded by now, have no partition of the simulated days.
    """
    if date(YEAR, 1, 1) < FIRST_DAY:
        raise AssertionError(
            f"Partitions begin on {FIRST_DAY}: set BELIB_FIRST_DAY={YEAR}-01-01, as `make bench` does."
        )
    with ExitStack() as stack:
        folder = home or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="belib-bench-", ignore_cleanup_errors=True))
        )
        settings = Settings(
            home=folder, mongo_url=None, postgres_url=None, elasticsearch_url=None, dagster_url=None, _env_file=None
        )
        write_dagster_home(dagster_home(settings))
        with stores(settings) as urls, ExitStack() as sites:
            yield Ground(settings, urls, sites)
