"""Servers of a home: joined, counted and healed, whoever dies."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from pymongo import MongoClient

from belib_platform.local.home import Home
from belib_platform.local.ports import LOOPBACK
from belib_platform.local.stores import stores
from belib_platform.local.urls import Urls
from belib_platform.settings import Settings
from belib_platform_tests.local.homes import Member, new_home, running, serving, settings_for

ALL = 3


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    """One home for the module; every test begins and ends with nothing running on it."""
    with new_home() as settings:
        yield settings


def answers(urls: Urls) -> bool:
    """Whether all servers do what they are asked."""
    assert httpx.get(urls.elasticsearch, timeout=300).is_success
    client: MongoClient[dict[str, object]] = MongoClient(urls.mongo, serverSelectionTimeoutMS=5000)
    with client, psycopg.connect(urls.postgres) as connection:
        client.admin.command("ping")
        return connection.execute("SELECT 1").fetchone() == (1,)


def test_the_servers_live_as_long_as_the_block(settings: Settings) -> None:
    with stores(settings) as urls:
        assert answers(urls)
    assert running(settings) == 0


def test_what_was_written_is_there_at_the_next_start_and_at_the_same_place(settings: Settings) -> None:
    with stores(settings) as urls, psycopg.connect(urls.postgres) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
    with stores(settings) as again, psycopg.connect(again.postgres) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)
    assert again == urls


@pytest.mark.slow
@pytest.mark.parametrize("first_leaves_first", [True, False])
def test_the_last_to_leave_stops_the_servers(settings: Settings, first_leaves_first: bool) -> None:
    members = [Member(settings), Member(settings)]
    assert members[0].urls == members[1].urls
    early, late = members if first_leaves_first else reversed(members)
    early.leave()
    assert answers(late.urls)
    late.leave()
    assert running(settings) == 0


@pytest.mark.slow
def test_servers_of_a_killed_process_are_joined_and_then_stopped(settings: Settings) -> None:
    starter = Member(settings)
    starter.kill()
    assert running(settings) == ALL
    with stores(settings) as urls:
        assert urls == starter.urls
        assert answers(urls)
    assert running(settings) == 0


def test_servers_in_use_are_not_stopped(settings: Settings) -> None:
    with stores(settings) as urls:
        assert not Home(settings.home).stop_unused()
        assert answers(urls)


@pytest.mark.family
@pytest.mark.parametrize("which", ["mongo", "postgres", "search"])
def test_a_killed_server_is_started_again_by_the_next_to_come(settings: Settings, which: str) -> None:
    home = Home(settings.home)
    with stores(settings):
        for process in serving(getattr(home, which).data):
            process.kill()
            process.wait(10)
        with stores(settings) as urls:
            assert answers(urls)


@pytest.mark.slow
def test_a_port_that_another_program_took_is_stepped_around(settings: Settings) -> None:
    with stores(settings):
        home = Home(settings.home)
        ports = {home.port_of(server) for server in (home.mongo, home.postgres, home.search)} - {None}
    with socket.socket() as one, socket.socket() as two, socket.socket() as three:
        for other, port in zip((one, two, three), ports, strict=True):
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.bind((LOOPBACK, port))
            other.listen()
        with stores(settings) as urls:
            assert answers(urls)
            assert not ports & {home.port_of(server) for server in (home.mongo, home.postgres, home.search)}


@pytest.mark.slow
def test_no_outgoing_connection_takes_the_port_of_a_server_that_is_down() -> None:
    given_out = Path("/proc/sys/net/ipv4/ip_local_port_range")
    first, last = map(int, given_out.read_text().split()) if given_out.exists() else (49152, 65535)
    with new_home() as settings, stores(settings) as urls:
        ports = [urlsplit(url).port for url in (urls.mongo, urls.postgres, urls.elasticsearch)]
    assert [port for port in ports if port is None or first <= port <= last] == []


def test_files_that_a_crash_left_are_no_hindrance(settings: Settings) -> None:
    home = settings.home
    living = os.getpid()  # a stale pid may be another program's by now
    (home / "mongo.pid").write_text(str(living))
    (home / "postgres/data/postmaster.pid").write_text(f"{living}\n{home}/postgres/data\n")
    (home / "ports.json").write_text("{")
    for lock in ("members.lock", "turn.lock", "up.lock"):
        (home / lock).write_text(str(living))
    with stores(settings) as urls:
        assert answers(urls)


@pytest.mark.slow
def test_servers_whose_ports_were_forgotten_are_replaced(settings: Settings) -> None:
    Member(settings).kill()
    (settings.home / "ports.json").unlink()
    with stores(settings) as urls:
        assert answers(urls)
        assert running(settings) == ALL
    assert running(settings) == 0


@pytest.mark.slow
def test_a_half_made_data_folder_is_made_anew() -> None:
    with new_home() as settings:
        half_made = settings.home / "postgres/data.new"
        half_made.mkdir(parents=True)
        (half_made / "PG_VERSION").write_text("18")
        with stores(settings) as urls:
            assert answers(urls)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a \"b' c back\\slash, Forêt, 100 %d {x}", "$(touch x) `y` $HOME", "-D"])
def test_a_home_may_have_any_name(name: str) -> None:
    with new_home() as outer:
        settings = settings_for(outer.home / name)
        for _ in range(2):
            with stores(settings) as urls:
                assert answers(urls)
        assert [path.name for path in outer.home.iterdir()] == [name]
        assert running(settings) == 0


def test_only_its_owner_may_read_the_password(settings: Settings) -> None:
    password = settings.home / "postgres/password"
    assert password.stat().st_mode & 0o077 == 0
    assert password.read_text() not in repr(Urls("", f"postgresql://belib:{password.read_text()}@h/d", "", ""))


def test_a_wrong_password_does_not_open_the_warehouse(settings: Settings) -> None:
    with stores(settings) as urls:
        wrong = urls.postgres.replace(Path(settings.home / "postgres/password").read_text(), "wrong")
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(wrong)
