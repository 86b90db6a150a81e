"""The role that only reads the warehouse of a home: always there, always the same, and its URL as it is shown."""

import shlex
import stat
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from psycopg import errors

from belib_platform.cli.querying.connection import require_reader
from belib_platform.contracts.contract import qualified_name
from belib_platform.contracts.tables import TABLES, VIEWS
from belib_platform.local.databases import ensure_database
from belib_platform.local.home import Home
from belib_platform.local.postgres import binaries
from belib_platform.local.reader_url import reader_url
from belib_platform.local.status import status
from belib_platform.local.stores import DAGSTER, WAREHOUSE, stores
from belib_platform.settings import Settings
from belib_platform.warehouse.database_url import on_same_server
from belib_platform.warehouse.schema import ensure_schema
from belib_platform_tests.local.homes import Member, new_home, running

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    """One home for the module."""
    with new_home() as settings:
        yield settings


@pytest.fixture
def fresh() -> Iterator[Settings]:
    """A home that nobody used yet."""
    with new_home() as settings:
        yield settings


def password_file(settings: Settings) -> Path:
    """Where the home keeps the reader's password."""
    return settings.home / "postgres" / "reader_password"


def reads_every_table(url: str) -> bool:
    """Whether the URL reads each table, with its schema and without, and writes none."""
    with psycopg.connect(url, autocommit=True) as connection:
        for contract in [*TABLES, *VIEWS]:
            for name in (qualified_name(contract), qualified_name(contract).partition(".")[2]):
                connection.execute(f"SELECT count(*) FROM {name}")
        connection.execute("SET default_transaction_read_only = off")
        for contract in TABLES:
            with pytest.raises(errors.InsufficientPrivilege):
                connection.execute(f"DELETE FROM {qualified_name(contract)}")
    return True


def test_a_home_of_the_version_before_gets_a_reader_of_all_its_tables(fresh: Settings) -> None:
    home = Home(fresh.home)
    with home.using([home.postgres]) as ports:
        url = home.postgres.url(ports[home.postgres.name], "postgres")
        for database in (WAREHOUSE, DAGSTER):
            ensure_database(url, database)
        ensure_schema(on_same_server(url, WAREHOUSE))
        assert not password_file(fresh).exists()
    with stores(fresh), reader_url(fresh) as reader:
        assert reads_every_table(reader)


def test_tables_made_later_are_read_too(settings: Settings) -> None:
    with reader_url(settings) as reader, stores(settings) as urls:
        ensure_schema(urls.postgres)
        assert reads_every_table(reader)


def test_where_there_are_no_tables_yet_it_is_said(fresh: Settings) -> None:
    told: list[str] = []
    with reader_url(fresh) as reader:
        require_reader(reader, told.append)
    assert told == ["The warehouse has no tables yet. `belib up` or an import creates them."]


def test_alone_it_starts_the_one_server_it_needs_and_stops_it(settings: Settings) -> None:
    with reader_url(settings):
        assert running(settings) == 1
    assert running(settings) == 0


def test_the_password_stays_and_only_the_user_can_read_it(settings: Settings) -> None:
    with reader_url(settings) as first, reader_url(settings) as joined:
        assert joined == first
    with stores(settings), reader_url(settings) as again:
        assert again == first
    assert stat.S_IMODE(password_file(settings).stat().st_mode) == 0o600


def change_the_password(settings: Settings, url: str) -> None:
    """As the role itself may."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET default_transaction_read_only = off")
        connection.execute("ALTER ROLE CURRENT_USER PASSWORD 'another'")


def lose_the_password(settings: Settings, url: str) -> None:
    """As a hand does, or a restored backup."""
    password_file(settings).unlink()


def lose_the_role(settings: Settings, url: str) -> None:
    """As when the data folder is older than the password."""
    with stores(settings) as urls, psycopg.connect(urls.postgres) as connection:
        connection.execute("DROP OWNED BY belib_reader; DROP ROLE belib_reader")


@pytest.mark.parametrize("harm", [change_the_password, lose_the_password, lose_the_role])
def test_the_next_command_mends_it(settings: Settings, harm: Callable[[Settings, str], None]) -> None:
    with stores(settings) as urls, reader_url(settings) as reader:
        ensure_schema(urls.postgres)
        harm(settings, reader)
    with reader_url(settings) as mended:
        assert reads_every_table(mended)


def test_what_the_reader_asks_does_not_fill_the_log(settings: Settings) -> None:
    with stores(settings) as urls, reader_url(settings) as reader:
        for url, mark in ((reader, "of_reader"), (urls.postgres, "of_writer")):
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(f"DO $$ BEGIN RAISE LOG 'raised {mark}'; END $$")
                with pytest.raises(errors.UndefinedColumn):
                    connection.execute(f"SELECT {mark}")
    log = Home(settings.home).postgres.log.read_text(encoding="utf-8")
    assert "raised of_writer" in log
    assert "of_reader" not in log


def test_commands_that_start_together_on_a_new_home_agree(fresh: Settings) -> None:
    def read(_: int) -> str:
        with reader_url(fresh) as url, psycopg.connect(url):
            return url

    members = [Member(fresh)]
    with ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(read, range(3)))) == 1
    for member in members:
        member.leave()


def test_what_status_prints_works_in_psql_as_printed(settings: Settings) -> None:
    assert "belib_reader" not in " ".join(status(settings).values())
    with stores(settings) as urls:
        ensure_schema(urls.postgres)
        shown = status(settings)
        command = shlex.split(
            f"{binaries() / 'psql'} -XAt {shown['  read with psql']} -c 'SELECT count(*) FROM city_daily'"
        )
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        assert (done.stdout, done.stderr) == ("0\n", "")
        scheme, _, rest = shown["  read with psql"].partition("//")
        login, _, address = rest.partition("@")
        user, _, password = login.partition(":")
        assert scheme == "postgresql:"
        assert shown["  read with DBeaver"] == f"jdbc:postgresql://{address}?user={user}&password={password}"
        writer = urls.postgres.partition("//")[2].partition("@")[0].partition(":")[2]
        assert writer not in " ".join(shown.values())
