"""`belib up` as a user meets it: one per home, all or nothing, and nothing left behind."""

import socket
import subprocess
import sys
from collections.abc import Iterator

import httpx
import psutil
import pytest

from belib_platform.embedded.dagster_home import workspace_of
from belib_platform.embedded.down import down
from belib_platform.embedded.ports import LOOPBACK, any_free
from belib_platform.embedded.processes import serving, wait_until
from belib_platform.embedded.status import status
from belib_platform.embedded.urls import dagster_home
from belib_platform.settings import Settings
from belib_platform_tests.embedded.homes import new_home, running
from belib_platform_tests.embedded.stand_in import PORTAL

WAIT_S = 60.0
STORES = ("mongo", "postgres", "dagster", "elasticsearch")
PROGRAMS = ("webserver", "daemon", "observer")


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    """One home for the module; every test begins and ends with nothing running on it."""
    with new_home() as settings:
        yield settings
        down(settings, lambda _: None)


class Up:
    """A `belib up` in a process of its own."""

    def __init__(self, settings: Settings, port: int) -> None:
        command = [sys.executable, "-m", "belib_platform_tests.embedded.run_up", str(settings.home), str(port)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        self._said = self.process.stdout
        self.first_line = self._said.readline().strip()
        self.metrics = ""

    def ready(self) -> "Up":
        """Wait until the UI listens."""
        said = next((line for line in self._said if self._is_ready(line)), "its end")
        assert said == "Ready.\n"
        return self

    def _is_ready(self, line: str) -> bool:
        if line.startswith("Metrics: "):
            self.metrics = line.removeprefix("Metrics: ").strip()
        return line == "Ready.\n"

    def says(self, sentence: str) -> bool:
        """Whether it says so, now or later."""
        return any(line.startswith(sentence) for line in self._said)

    def rest(self) -> tuple[str, int]:
        """What it still says, and its exit code."""
        return self.process.communicate(timeout=WAIT_S)[0], self.process.returncode


def programs(settings: Settings) -> list[psutil.Process]:
    """Dagster's webserver and daemon of this home, and the observer; not what asks the sources and then ends."""
    found = serving(workspace_of(dagster_home(settings)))
    return [process for process in found if "belib_platform.asking" not in process.cmdline()]


def test_up_serves_the_ui_refuses_a_second_one_and_is_taken_over_after_a_crash(settings: Settings) -> None:
    with socket.socket() as other:
        other.bind((LOOPBACK, 0))
        other.listen()
        taken = int(other.getsockname()[1])
        crashing = Up(settings, taken).ready()
        url = crashing.first_line.removeprefix("Dagster UI: ")
        assert not url.endswith(f":{taken}")
        assert httpx.get(f"{url}/server_info", timeout=WAIT_S).status_code == 200
        assert httpx.get(f"{url}/server_info", headers={"host": "evil.example"}, timeout=WAIT_S).status_code == 421
    assert status(settings)["belib up"] == f"{url} (process {crashing.process.pid})"

    second = Up(settings, any_free())
    assert f"already runs for {settings.home.resolve()} at {url}" in second.first_line
    assert second.rest() == ("", 1)

    crashing.process.kill()
    crashing.rest()
    orphans = programs(settings)
    assert len(orphans) == len(PROGRAMS)
    assert status(settings)["belib up"] == "does not run"

    third = Up(settings, any_free()).ready()
    assert len(programs(settings)) == len(PROGRAMS)
    assert {p.environ()["BELIB_UI_URL"] for p in programs(settings)} == {third.first_line.removeprefix("Dagster UI: ")}
    assert not set(orphans) & set(programs(settings))
    down(settings, lambda _: None)
    assert third.rest() == ("Stopping.\n", 0)
    assert programs(settings) == []
    assert running(settings) == 0


def test_when_a_program_ends_up_says_which_and_stops_everything(settings: Settings) -> None:
    failing = Up(settings, any_free())
    assert wait_until(lambda: len(programs(settings)) == len(PROGRAMS), WAIT_S)
    daemon = next(process for process in programs(settings) if "dagster._daemon" in process.cmdline())
    daemon.kill()
    said, code = failing.rest()
    assert "The daemon ended with code -9." in said
    assert code == 1
    assert programs(settings) == []
    assert running(settings) == 0


def test_metrics_are_served_and_when_their_program_ends_the_rest_goes_on(settings: Settings) -> None:
    running_up = Up(settings, any_free()).ready()
    answer = httpx.get(running_up.metrics, timeout=WAIT_S)
    assert all(f'belib_store_up{{store="{store}"}} 1.0' in answer.text for store in STORES)
    observer = next(p for p in programs(settings) if "belib_platform.observability" in p.cmdline())
    observer.kill()
    assert running_up.says("The observer ended with code -9.")
    assert running_up.says("History goes on without metrics.")
    assert len(programs(settings)) == len(PROGRAMS) - 1
    assert httpx.get(f"{running_up.first_line.removeprefix('Dagster UI: ')}/server_info", timeout=WAIT_S).is_success
    down(settings, lambda _: None)
    assert running_up.rest() == ("Stopping.\n", 0)


def test_what_is_due_is_asked_at_once_and_first_answers_and_failures_are_said_once() -> None:
    with new_home() as fresh:
        first = Up(fresh, any_free())
        assert first.says(
            "Asking api.open-meteo.com (weather forecast) and opendata.paris.fr (static set, borders of the "
            "arrondissements, real-time feed)."
        )
        assert first.says("api.open-meteo.com answered: weather forecast, 168 records.")
        assert first.says(f"{PORTAL}. Asked again in about 5 minutes.")
        down(fresh, lambda _: None)
        said, code = first.rest()
        assert (code, "opendata.paris.fr" in said) == (0, False)  # the same of two more sources

        again = Up(fresh, any_free())  # what has a fresh answer is not asked again
        assert again.says("Asking opendata.paris.fr (static set, borders of the arrondissements, real-time feed).")
        assert again.says(f"{PORTAL}. Asked again in about 5 minutes.")
        down(fresh, lambda _: None)
        assert again.rest()[1] == 0
        assert serving(workspace_of(dagster_home(fresh))) == []


def test_down_where_nothing_runs_says_so(settings: Settings) -> None:
    said: list[str] = []
    down(settings, said.append)
    assert said == [f"Nothing runs on {settings.home.resolve()}."]
