"""Servers and programs that end or hang are restarted once, unless they end repeatedly."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import httpx
import psutil
import psycopg
import pytest

from belib_platform.local import restart_limit
from belib_platform.local.children import Program
from belib_platform.local.errors import StoresError
from belib_platform.local.hang_detection import MISSES_UNTIL_HUNG
from belib_platform.local.home import Home
from belib_platform.local.ports import any_free, is_served
from belib_platform.local.process_record import ProcessRecord
from belib_platform.local.processes import wait_until
from belib_platform.local.restart_limit import MOST
from belib_platform.local.stores import stores
from belib_platform.local.supervision import OPTIONAL, Supervision
from belib_platform.local.urls import Urls
from belib_platform.settings import Settings
from belib_platform_tests.local.homes import Member, lives, new_home, serving

pytestmark = pytest.mark.slow

WAIT_S = 300.0
HANG_TIMEOUT_S = 3.0
SERVERS = ("mongo", "postgres", "search")


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    """A home for the module."""
    with new_home() as made:
        yield made


@pytest.fixture
def urls(settings: Settings) -> Iterator[Urls]:
    """The home's servers, for the time of a test."""
    with stores(settings) as found:
        yield found


class Supervised:
    """The home's servers, or one of them, and some programs, supervised as `belib up` does."""

    def __init__(self, settings: Settings, *programs: str, silent: str = "") -> None:
        """Of one named `silent`, HANG_TIMEOUT_S without an answer make it hang; else nothing hangs."""
        self.said: list[str] = []
        self.home = Home(settings.home)
        self.ports = {name: any_free() for name in programs}
        watched = [getattr(self.home, silent)] if silent else self.home.servers
        servers = {server: self.home.recorded_port(server) for server in watched}
        commands = {
            name: Program(["http.server", "--bind=127.0.0.1", str(port)], os.environ)
            for name, port in self.ports.items()
        }
        silent_s = HANG_TIMEOUT_S if silent else WAIT_S
        self._supervision = Supervision(self.home, servers, commands, self.said.append, silent_s)
        self._supervision.start()

    def until(self, sentences: int) -> list[str]:
        """Check until this many messages were printed; returns all."""

        def enough() -> bool:
            self._supervision.check()
            return len(self.said) >= sentences

        assert wait_until(enough, WAIT_S), self.said
        return self.said

    def kill(self, name: str) -> int:
        """Kill a server or a program; the pid it had."""
        pid = self.pid(name)
        os.kill(pid, signal.SIGKILL)
        return pid

    def pid(self, name: str) -> int:
        """The pid of a server or a program that lives."""
        record = (
            ProcessRecord(self.home.folder, name) if name in self.ports else getattr(self.home, name).process_record
        )
        main = record.process()
        assert main
        return int(main.pid)

    def close(self) -> None:
        """End the programs."""
        self._supervision.end()


@pytest.fixture(autouse=True)
def however_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five restart_limit are within the minute on a busy machine, too."""
    monkeypatch.setattr(restart_limit, "WITHIN_S", float("inf"))


@pytest.fixture
def supervised(settings: Settings, urls: Urls) -> Iterator[Callable[..., Supervised]]:
    """Supervision of the home, with programs of these names, for the time of a test."""
    with closing(_Many()) as many:
        yield lambda *programs, silent="": many.add(Supervised(settings, *programs, silent=silent))


class _Many(list[Supervised]):
    def add(self, one: Supervised) -> Supervised:
        self.append(one)
        return one

    def close(self) -> None:
        for one in self:
            one.close()


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_that_is_killed_answers_again_where_it_was(
    supervised: Callable[..., Supervised], urls: Urls, settings: Settings, name: str
) -> None:
    running = supervised()
    before = running.kill(name)
    [said] = running.until(1)
    server = getattr(running.home, name)
    assert said.startswith(f"{server.name} ended and was started again after ")
    assert running.pid(name) != before
    with stores(settings) as joined:
        assert joined == urls
    assert len(serving(server.data)) == 1


def test_an_acknowledged_write_survives_a_kill(supervised: Callable[..., Supervised], urls: Urls) -> None:
    running = supervised()
    with psycopg.connect(urls.postgres, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1 AS one")
        running.kill("postgres")
        running.until(1)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    with psycopg.connect(urls.postgres, autocommit=True) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)
        connection.execute("DROP TABLE kept")


def test_a_backend_of_a_killed_server_does_not_prevent_a_restart(
    supervised: Callable[..., Supervised], urls: Urls
) -> None:
    running = supervised()
    with psycopg.connect(urls.postgres, autocommit=True) as connection:
        backend = psutil.Process(connection.info.backend_pid)

        def compute() -> None:
            with pytest.raises(psycopg.OperationalError):
                connection.execute("SELECT count(*) FROM generate_series(1, 1000000000000)")

        computing = threading.Thread(target=compute)
        computing.start()
        assert wait_until(lambda: backend.status() == psutil.STATUS_RUNNING, WAIT_S)
        running.kill("postgres")
        running.until(1)
        computing.join(WAIT_S)
    assert not lives(backend.pid)


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_that_hangs_is_ended_and_restarted(supervised: Callable[..., Supervised], name: str) -> None:
    running = supervised(silent=name)
    stopped = psutil.Process(running.pid(name))
    stopped.suspend()
    [said] = running.until(1)
    server = getattr(running.home, name)
    assert said.startswith(f"{server.name} gave no answer for 3 seconds, was ended and was started again after ")
    assert running.pid(name) != stopped.pid
    assert wait_until(lambda: len(serving(server.data)) == 1, WAIT_S)
    assert running.home.port_of(server)


@pytest.mark.parametrize("name", SERVERS)
def test_a_server_that_answers_again_in_time_is_not_ended(
    supervised: Callable[..., Supervised], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    running = supervised(silent=name)
    server = getattr(running.home, name)
    pid, answers, asked_by_pulse = running.pid(name), server.answers, "pulse"
    monkeypatch.setattr(
        server, "answers", lambda port: asked_by_pulse not in threading.current_thread().name and answers(port)
    )
    assert running.until(MOST) == [f"{server.name} gave no answer for 3 seconds and answers again."] * MOST
    assert running.pid(name) == pid


def test_a_busy_server_that_does_not_answer_is_not_ended(
    supervised: Callable[..., Supervised], urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = supervised(silent="search")
    pid, is_over = running.pid("search"), threading.Event()
    asked: list[int] = []

    def load() -> None:
        with httpx.Client() as client:
            while not is_over.is_set():
                client.put(f"{urls.elasticsearch}/loaded/_doc/1", json={"numbers": list(range(1000))})

    monkeypatch.setattr(running.home.search, "answers", asked.append)  # which returns nothing: no answer
    loading = threading.Thread(target=load)
    loading.start()
    try:
        assert wait_until(lambda: running.until(0) is not None and len(asked) > 2 * MISSES_UNTIL_HUNG, WAIT_S)
    finally:
        is_over.set()
        loading.join()
    assert running.said == []
    assert running.pid("search") == pid


@pytest.mark.parametrize("name", SERVERS)
def test_of_two_processes_that_notice_an_end_one_restarts_the_server(
    supervised: Callable[..., Supervised], settings: Settings, urls: Urls, name: str
) -> None:
    running = supervised()
    running.kill(name)
    joining: list[Member] = []
    other = threading.Thread(target=lambda: joining.append(Member(settings)))
    other.start()
    assert wait_until(lambda: running.until(0) is not None and not other.is_alive(), WAIT_S)
    assert joining[0].urls == urls
    assert len(serving(getattr(running.home, name).data)) == 1
    joining[0].leave()
    assert running.home.port_of(getattr(running.home, name))


def test_a_program_that_ends_is_started_again_with_the_same_arguments(supervised: Callable[..., Supervised]) -> None:
    running = supervised("daemon")
    assert wait_until(lambda: is_served(running.ports["daemon"]), WAIT_S)
    running.kill("daemon")
    log = running.home.folder / "logs" / "daemon.log"
    assert running.until(1) == [f"The daemon ended with code -9 and was started again; its log is {log}."]
    assert wait_until(lambda: is_served(running.ports["daemon"]), WAIT_S)


def test_programs_that_ended_with_a_server_are_restarted_too(supervised: Callable[..., Supervised]) -> None:
    running = supervised("webserver", "daemon")
    for name in ("webserver", "postgres", "daemon"):
        running.kill(name)
    assert {sentence.split(" ended")[0] for sentence in running.until(3)} == {
        "PostgreSQL",
        "The webserver",
        "The daemon",
    }


@pytest.mark.parametrize(("name", "told"), [("search", "Elasticsearch"), ("daemon", "The daemon")])
def test_nothing_is_restarted_after_the_fifth_end_within_a_minute(
    supervised: Callable[..., Supervised], name: str, told: str
) -> None:
    running = supervised("daemon")
    for number in range(1, MOST):
        running.kill(name)
        running.until(number)
    running.kill(name)
    with pytest.raises(
        StoresError, match=rf"^{told} ended 5 times within a minute and is not started again\. Its log, "
    ):
        running.until(MOST)


@pytest.mark.parametrize("name", OPTIONAL)
def test_supervision_continues_without_what_is_optional(supervised: Callable[..., Supervised], name: str) -> None:
    running = supervised("daemon", name)
    for number in range(1, MOST + 1):
        running.kill(name)
        running.until(number)
    assert running.said[-1].startswith(f"The {name} ended 5 times within a minute")
    assert running.said[-1].endswith(f"The platform continues without {OPTIONAL[name]}.")
    assert running.pid("daemon")


def test_a_server_that_cannot_be_restarted_is_reported_and_finally_ends_supervision(
    supervised: Callable[..., Supervised], settings: Settings
) -> None:
    running = supervised()
    seed = running.home.search.data
    running.kill("search")
    seed.rmdir()
    seed.write_text("in the way")
    try:
        with pytest.raises(StoresError, match=r"^Elasticsearch ended 5 times within a minute"):
            running.until(MOST)
    finally:
        seed.unlink()
    assert [said.split(":")[0] for said in running.said] == ["Elasticsearch ended and could not be started again"] * 4
