"""Real servers for every test: one of each store for the session, a fresh database or names of its own for each."""

import gc
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import dagster as dg
import hypothesis
import psycopg
import pytest
from psycopg import sql
from pymongo import MongoClient
from tenacity import wait_none

from belib_platform.local.databases import ensure_database
from belib_platform.local.stores import DAGSTER
from belib_platform.local.stores import stores as local_stores
from belib_platform.local.urls import Urls
from belib_platform.raw.store import RawStore
from belib_platform.search.client import Search
from belib_platform.settings import Settings
from belib_platform.sources.http import HttpPolicy
from belib_platform.warehouse.database_url import on_same_server
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.dagster_storage import instance_at
from belib_platform_tests.examples import QUICK, THOROUGH
from belib_platform_tests.forgetful import forget_files
from belib_platform_tests.pgbouncer import pooled

# how long an example takes is the benchmark's business
hypothesis.settings.register_profile("thorough", deadline=None, max_examples=THOROUGH)
hypothesis.settings.register_profile("quick", deadline=None, max_examples=QUICK)
hypothesis.settings.load_profile("thorough")

forget_files()

TO_REPLACE = ("mongo", "postgres", "elasticsearch")

INDEXED_HOURS = 8784
"""What tests index is little: the local search server keeps a year of it."""

os.environ["BELIB_NETWORKS"] = "belib"  # most tests are about one network, and those about both say so

RECORDINGS = Path(os.environ.get("BELIB_RECORDINGS") or Path(__file__).parents[2] / "shared" / "data")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Of a family of cases that differ in their input only, all but the first are slow."""
    seen = set()
    for item in items:
        if isinstance(item, pytest.Function) and item.get_closest_marker("family"):
            family = (item.path, item.originalname)
            if family in seen:
                item.add_marker(pytest.mark.slow)
            seen.add(family)


def pytest_collection_finish() -> None:
    """What is imported stays: the garbage collector need not look at it again and again."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def retry_at_once() -> Iterator[None]:
    """Dagster retries as often as declared, without the delays between."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dg.RetryPolicy, "calculate_delay", lambda *_: 0)
        yield


@pytest.fixture(scope="session")
def servers() -> Iterator[Urls]:
    """Local servers in a home of their own, for the whole session; a URL in BELIB_TEST_… names another one's."""
    others = {f"{name}_url": os.environ.get(f"BELIB_TEST_{name.upper()}_URL") or None for name in TO_REPLACE}
    # Not below pytest's own folder: another session sets its permissions back while PostgreSQL passes through.
    with tempfile.TemporaryDirectory(prefix="belib-", ignore_cleanup_errors=True) as home:
        settings = Settings(home=Path(home), **others, _env_file=None)
        with local_stores(settings) as urls:
            yield urls


@pytest.fixture(scope="session")
def stores(servers: Urls) -> Iterator[Urls]:
    """The servers as tests reach them: where BELIB_TEST_POOLED is set, PostgreSQL through PgBouncer."""
    if not os.environ.get("BELIB_TEST_POOLED"):
        yield servers
        return
    with pooled(servers.postgres) as postgres:
        yield replace(servers, postgres=postgres, dagster_postgres=on_same_server(postgres, DAGSTER))


@pytest.fixture
def mongo_url(stores: Urls) -> Iterator[str]:
    """URL of a MongoDB database that only this test has."""
    name = f"test_{uuid4().hex}"
    yield on_same_server(stores.mongo, name)
    client: MongoClient[dict[str, object]] = MongoClient(stores.mongo)
    with client:
        client.drop_database(name)


@pytest.fixture
def postgres_url(stores: Urls) -> Iterator[str]:
    """URL of a PostgreSQL database that only this test has."""
    with _database(stores.postgres, "template0") as url:
        yield url


@pytest.fixture
def direct_url(servers: Urls) -> Iterator[str]:
    """As `postgres_url`, without a pooler: the one of the tests logs everybody in as the same user."""
    with _database(servers.postgres, "template0") as url:
        yield url


@pytest.fixture(scope="session")
def dagster_template(stores: Urls, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Name of a database with the tables of Dagster's storage, which take Dagster two seconds to make."""
    name, folder = f"dagster_{uuid4().hex}", tmp_path_factory.mktemp("dagster")
    ensure_database(stores.postgres, name)
    with instance_at(on_same_server(stores.postgres, name), folder):
        pass
    return name


@pytest.fixture
def dagster_url(stores: Urls, dagster_template: str) -> Iterator[str]:
    """URL of a PostgreSQL database that only this test has, with Dagster's storage in which nothing is yet."""
    with _database(stores.postgres, dagster_template) as url:
        yield url


@contextmanager
def _database(server: str, template: str) -> Iterator[str]:
    name = f"test_{uuid4().hex}"
    own = sql.Identifier(name)
    with psycopg.connect(server, autocommit=True) as connection:
        # a pooler keeps its sessions there, and a template must have none
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [template])
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(own, sql.Identifier(template)))
        yield on_same_server(server, name)
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(own))


@pytest.fixture
def search(stores: Urls) -> Iterator[Search]:
    """An empty search layer, whose names only this test has."""
    own = Search(stores.elasticsearch, f"test_{uuid4().hex}_", INDEXED_HOURS)
    yield own
    delete_indices(own)
    own.close()


def delete_indices(search: Search) -> None:
    """Delete everything that begins with the prefix."""
    for name in search.client.indices.get(index=f"{search.prefix}*", expand_wildcards="all"):
        search.client.indices.delete(index=name)


@pytest.fixture
def store(mongo_url: str) -> Iterator[RawStore]:
    """An empty raw layer."""
    client: MongoClient[dict[str, Any]] = MongoClient(mongo_url, tz_aware=True)
    with client:
        yield RawStore(client.get_default_database())


@pytest.fixture
def warehouse(postgres_url: str) -> Iterator[Warehouse]:
    """An empty warehouse."""
    house = Warehouse(postgres_url)
    yield house
    house.close()


@pytest.fixture
def recorded() -> Callable[[str], Path]:
    """Path of a real recording, or the test is skipped: recordings are not part of the project."""

    def find(name: str) -> Path:
        path = RECORDINGS / name
        if not path.exists():
            pytest.skip(f"no recorded answers at {path}; BELIB_RECORDINGS names their folder")
        return path

    return find


@pytest.fixture
def quick() -> HttpPolicy:
    """Three attempts without waiting."""
    return HttpPolicy(wait=wait_none(), connect_s=2, read_s=5, deadline_s=10)
