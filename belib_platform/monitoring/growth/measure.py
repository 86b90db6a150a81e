"""All figures of growth together; a store that does not answer costs only its own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

import psycopg
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from belib_platform.dagster_internals import log_size as dagster_log
from belib_platform.monitoring.growth import archived, indices, raw, tables
from belib_platform.monitoring.growth.disk import Disk, disk_of
from belib_platform.monitoring.growth.growth import Growth
from belib_platform.monitoring.growth.places import Places, places
from belib_platform.raw.archive.archive import archive_of
from belib_platform.search.client import Search
from belib_platform.search.errors import SearchError
from belib_platform.settings import Settings
from belib_platform.warehouse.connecting import connect

WAIT_S = 3


@dataclass(frozen=True)
class Measured:
    """What every store that answers holds, by store and name; of the others why they do not, by store."""

    growths: list[Growth]
    disk: Disk
    not_known: dict[str, str] = field(default_factory=dict)


def measure(settings: Settings, now: datetime | None = None) -> Measured:
    """Measure the stores of a home that run; starts and writes nothing, shows no password."""
    now, at = now or datetime.now(UTC), places(settings)
    found, not_known = [archived.archive_growth(archive_of(settings), now.date())], dict[str, str]()
    for store, look in _looks(at, settings, now).items():
        try:
            found += look()
        except (PyMongoError, psycopg.Error, SearchError) as error:
            not_known[store] = str(error).strip()
    return Measured(found, disk_of(at, found), not_known)


def _looks(at: Places, settings: Settings, now: datetime) -> dict[str, Callable[[], Iterator[Growth]]]:
    """What to do for each store that has an address."""
    looks: dict[str, Callable[[], Iterator[Growth]]] = {}
    if mongo := at.mongo:
        looks[raw.STORE] = lambda: _of_mongo(mongo, now)
    if postgres := at.postgres:
        looks[tables.STORE] = lambda: _of_tables(postgres, now)
    if dagster := at.dagster:
        looks[dagster_log.STORE] = lambda: _of_dagster(dagster, now)
    if search := at.search:
        looks[indices.STORE] = lambda: _of_search(search, settings, now)
    return looks


def _of_mongo(url: str, now: datetime) -> Iterator[Growth]:
    with MongoClient[dict[str, object]](url, serverSelectionTimeoutMS=WAIT_S * 1000) as client:
        yield from raw.raw_growth(client[urlsplit(url).path.strip("/") or "belib"], now.date())


def _of_tables(url: str, now: datetime) -> Iterator[Growth]:
    with connect(url, read_only=True, connect_timeout_s=WAIT_S) as connection:
        yield from tables.table_growth(connection, now.date())


def _of_dagster(url: str, now: datetime) -> Iterator[Growth]:
    with connect(url, read_only=True, connect_timeout_s=WAIT_S) as connection:
        yield from dagster_log.dagster_growth(connection, now)


def _of_search(url: str, settings: Settings, now: datetime) -> Iterator[Growth]:
    search = Search(url, settings.search_prefix, settings.embedded_search_days)
    try:
        yield from indices.index_growth(search, now.date())
    finally:
        search.close()
