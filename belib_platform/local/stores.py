"""The stores of the platform: at the configured URLs, else as local servers."""

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import SecretStr

from belib_platform.local.databases import ensure_database, require_dagster_database
from belib_platform.local.home import Home
from belib_platform.local.local_reader import LocalReader
from belib_platform.local.server import Server
from belib_platform.local.urls import Urls
from belib_platform.settings import Settings
from belib_platform.warehouse.database_url import on_same_server

WAREHOUSE = "belib"
DAGSTER = "dagster"


@contextmanager
def stores(settings: Settings) -> Iterator[Urls]:
    """Yield the stores' URLs: the configured ones, and those of local servers for the others.

    Local servers are started unless they run, and stopped when no process uses them any more. Dagster's own storage,
    unless configured, is the database `dagster` on the warehouse's server, which is created if necessary. The local
    PostgreSQL gets a read-only role.
    Raises StoresError if a server cannot be started, or a database cannot be created or reached, and EncodingError if
    Dagster's database has another encoding than UTF8.
    """
    home = Home(settings.home)
    with home.using(local_servers(settings, home)) as ports:
        if settings.postgres_url is None:
            ensure_database(home.postgres.url(ports[home.postgres.name], "postgres"), WAREHOUSE)
        urls = urls_of(settings, home, ports)
        if settings.dagster_url is None:
            ensure_database(urls.postgres, DAGSTER)
        if settings.postgres_url is None:
            LocalReader(home.postgres).ensure(ports[home.postgres.name], WAREHOUSE)
        if urls.dagster_postgres != urls.postgres:  # the warehouse is checked when it is used
            require_dagster_database(urls.dagster_postgres)
        yield urls


def local_servers(settings: Settings, home: Home) -> list[Server]:
    """The home's servers for those stores whose URLs are not configured."""
    configured: dict[Server, SecretStr | None] = {
        home.mongo: settings.mongo_url,
        home.postgres: settings.postgres_url,
        home.search: settings.elasticsearch_url,
    }
    return [server for server, url in configured.items() if url is None]


def urls_of(settings: Settings, home: Home, ports: dict[str, int]) -> Urls:
    """The configured URLs, and for the others those of the home's servers on these ports (by server name)."""
    mongo = _set(settings.mongo_url) or home.mongo.url(ports[home.mongo.name], WAREHOUSE)
    postgres = _set(settings.postgres_url) or home.postgres.url(ports[home.postgres.name], WAREHOUSE)
    search = _set(settings.elasticsearch_url) or home.search.url(ports[home.search.name], WAREHOUSE)
    dagster = _set(settings.dagster_url) or on_same_server(postgres, DAGSTER)
    return Urls(mongo=mongo, postgres=postgres, dagster_postgres=dagster, elasticsearch=search)


def _set(url: SecretStr | None) -> str | None:
    return url.get_secret_value() if url else None
