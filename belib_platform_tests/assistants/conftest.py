from collections.abc import Iterator
from datetime import date, datetime, timedelta

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
    """Some minutes after the last poll."""
    [newest] = weeks.sql("SELECT max(fetched_at) AS at FROM clean.poll WHERE source = 'belib' AND outcome = 'sound'")
    assert isinstance(newest["at"], datetime)
    return newest["at"] + timedelta(minutes=4)


@pytest.fixture(scope="package")
def reader_url(weeks: History, servers: Urls) -> Iterator[str]:
    """The history as a role reads it that cannot write."""
    with lesser_user(on_same_server(servers.postgres, database_of(weeks.url)), *READS) as url:
        yield url


@pytest.fixture(scope="package")
def asked(reader_url: str, now: datetime, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant at that instant."""
    home = tmp_path_factory.mktemp("home")
    with assistant(reader_url, home, now, BELIB_CADENCE_S=str(WEEKS.cadence_s)) as found:
        yield found
