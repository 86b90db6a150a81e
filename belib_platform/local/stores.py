"""The stores of the platform: where the settings say, else on this machine."""

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
    """The stores' URLs for the time of the block: those that are set, and local servers for the others.

    Local servers that already run for the home are joined, else started, and the last to leave stops them.
    Dagster's own storage, unless it is set, is the database `dagster` beside the warehouse, made when absent. The local
    PostgreSQL has a role that only reads.
    Raises StoresError when a server cannot be started, or a database cannot be made or reached, and EncodingError when
    Dagster's own has another encoding than UTF8.
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
        if urls.dagster_postgres != urls.postgres:  # the warehouse is asked by whoever reads or writes it
            require_dagster_database(urls.dagster_postgres)
        yield urls


def local_servers(settings: Settings, home: Home) -> list[Server]:
    """The home's servers of those stores whose URLs are not set."""
    configured: dict[Server, SecretStr | None] = {
        home.mongo: settings.mongo_url,
        home.postgres: settings.postgres_url,
        home.search: settings.elasticsearch_url,
    }
    return [server for server, url in configured.items() if url is None]


def urls_of(settings: Settings, home: Home, ports: dict[str, int]) -> Urls:
    """The URLs that are set, and for the others those of the home's servers on these ports (by server name)."""
    mongo = _set(settings.mongo_url) or home.mongo.url(ports[home.mongo.name], WAREHOUSE)
    postgres = _set(settings.postgres_url) or home.postgres.url(ports[home.postgres.name], WAREHOUSE)
    search = _set(settings.elasticsearch_url) or home.search.url(ports[home.search.name], WAREHOUSE)
    dagster = _set(settings.dagster_url) or on_same_server(postgres, DAGSTER)
    return Urls(mongo=mongo, postgres=postgres, dagster_postgres=dagster, elasticsearch=search)


def _set(url: SecretStr | None) -> str | None:
    return url.get_secret_value() if url else None
