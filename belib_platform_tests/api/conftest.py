from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest
from psycopg.rows import dict_row
from pymongo import MongoClient

from belib_platform.local.databases import ensure_database
from belib_platform.local.urls import Urls
from belib_platform.raw.store import RawStore
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.importing import import_recordings
from belib_platform.settings import Settings
from belib_platform.simulator.arrondissements_feed import arrondissements_geojson
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.recordings import NETWORKS, write_recordings
from belib_platform.warehouse.database_url import on_same_server
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.api.served import served
from belib_platform_tests.warehouse.days import run

SETTINGS = Settings(cadence_s=900, _env_file=None)
BORDERS_AT = datetime(2025, 3, 29, 3, 23, tzinfo=UTC)


@dataclass(frozen=True)
class History:
    """A warehouse with a little history of a simulated Paris, in which nothing changes while tests read it."""

    paris: Paris
    url: str

    def sql(self, query: str, **parameters: object) -> list[dict[str, object]]:
        """The rows of a query, with times in UTC."""
        with psycopg.connect(self.url, row_factory=dict_row) as connection:
            connection.execute("SET LOCAL TimeZone = 'UTC'")
            return connection.execute(query, parameters).fetchall()


@contextmanager
def recorded_history(stores: Urls, paris: Paris, settings: Settings, folder: Path) -> Iterator[History]:
    """All days of a simulated Paris, polled at the settings' cadence by way of files in `folder`, with the borders."""
    name, recordings, borders = f"test_{uuid4().hex}", folder / "recordings", folder / "borders.geojson"
    cadence_s = settings.cadence_s
    write_recordings(paris, recordings, paris.begins_at, paris.ends_at, cadence_s=cadence_s, networks=NETWORKS)
    ensure_database(stores.postgres, name)
    url = on_same_server(stores.postgres, name)
    with MongoClient(on_same_server(stores.mongo, name), tz_aware=True) as client, closing(Warehouse(url)) as house:
        store = RawStore(client.get_default_database())
        import_recordings(find_recordings(recordings), settings, store)
        borders.write_bytes(arrondissements_geojson(9))
        import_recordings(find_recordings(borders, fetched_at=BORDERS_AT), settings, store)
        run(store, house, [paris.first_day + timedelta(days=n) for n in range(paris.days)])
        client.drop_database(name)
    yield History(paris, url)
    with psycopg.connect(stores.postgres, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="package")
def history(stores: Urls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    """Six stations and sixty bike stations polled every quarter of an hour on two days, with the feeds' outages.

    One of the bike stations is dead. The borders of the arrondissements are known, too.
    """
    paris = Paris.draw(9, first_day=date(2025, 3, 29), days=2, stations=6, bike_stations=60)
    with recorded_history(stores, paris, SETTINGS, tmp_path_factory.mktemp("history")) as found:
        yield found


@pytest.fixture(scope="package")
def api(history: History, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of the API on that history."""
    settings = SETTINGS.model_copy(update={"home": Path(tmp_path_factory.mktemp("home"))})
    with served(settings, history.url) as client:
        yield client


@pytest.fixture
def own_history(history: History, stores: Urls) -> Iterator[History]:
    """A copy of that history, for a test that changes it."""
    name = f"test_{uuid4().hex}"
    template = history.url.rpartition("/")[2].partition("?")[0]
    with psycopg.connect(stores.postgres, autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [template])
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield History(history.paris, on_same_server(stores.postgres, name))
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def house(own_history: History) -> Iterator[Warehouse]:
    """The history's warehouse, to be written."""
    with closing(Warehouse(own_history.url)) as house:
        yield house


@pytest.fixture
def own(own_history: History, tmp_path: Path) -> Iterator[httpx.Client]:
    """A client of the API on it."""
    with served(SETTINGS.model_copy(update={"home": tmp_path}), own_history.url) as client:
        yield client
