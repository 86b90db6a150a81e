from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from belib_platform.local.urls import Urls
from belib_platform.simulator.paris import Paris
from belib_platform.warehouse.database_url import database_of, on_same_server
from belib_platform_tests.api.conftest import SETTINGS, History, recorded_history
from belib_platform_tests.assistants.assistant import Assistant, assistant
from belib_platform_tests.postgres_users import lesser_user

WEEKS = SETTINGS.model_copy(update={"cadence_s": 3600})

READS = ("GRANT USAGE ON SCHEMA clean, mart TO {}", "GRANT SELECT ON ALL TABLES IN SCHEMA clean, mart TO {}")


@pytest.fixture(scope="package")
def weeks(stores: Urls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    """Eight stations and sixty bike stations polled every hour on fourteen days, so that weekdays come twice."""
    paris = Paris.draw(9, first_day=date(2025, 3, 17), days=14, stations=8, bike_stations=60)
    with recorded_history(stores, paris, WEEKS, tmp_path_factory.mktemp("weeks")) as found:
        yield found


@pytest.fixture(scope="package")
def now(weeks: History) -> datetime:
    """Some minutes after the last poll of the weeks."""
    return after_the_last_poll(weeks)


def after_the_last_poll(history: History) -> datetime:
    """Four minutes later."""
    [newest] = history.sql("SELECT max(fetched_at) AS at FROM clean.poll WHERE source = 'belib' AND outcome = 'sound'")
    assert isinstance(newest["at"], datetime)
    return newest["at"] + timedelta(minutes=4)


@pytest.fixture(scope="package")
def asked(weeks: History, servers: Urls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant at the end of the weeks."""
    with assistant_of(weeks, servers, tmp_path_factory.mktemp("home")) as found:
        yield found


@pytest.fixture(scope="package")
def days(stores: Urls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    """The same of two days, which are made quickly."""
    with two_days(stores, tmp_path_factory.mktemp("days")) as found:
        yield found


@contextmanager
def two_days(stores: Urls, folder: Path) -> Iterator[History]:
    """A history of two days, by way of files in `folder`."""
    paris = Paris.draw(9, first_day=date(2025, 3, 29), days=2, stations=8, bike_stations=60)
    with recorded_history(stores, paris, WEEKS, folder) as found:
        yield found


@pytest.fixture(scope="package")
def of_days(days: History, servers: Urls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant at the end of the two days."""
    with assistant_of(days, servers, tmp_path_factory.mktemp("home")) as found:
        yield found


@contextmanager
def assistant_of(history: History, servers: Urls, home: Path) -> Iterator[Assistant]:
    """An assistant some minutes after the last poll, which reads the history with a role that cannot write."""
    url, at = on_same_server(servers.postgres, database_of(history.url)), after_the_last_poll(history)
    with (
        lesser_user(url, *READS) as reader_url,
        assistant(reader_url, home, at, BELIB_CADENCE_S=str(WEEKS.cadence_s)) as found,
    ):
        yield found
