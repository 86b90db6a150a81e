"""`belib up` as a user meets it: one per home, all or nothing, and nothing left behind."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from threading import Timer
from typing import Any
from urllib.parse import urlsplit

import httpx
import psutil
import pytest

from belib_platform.local.addresses import Addresses
from belib_platform.local.dagster_home import workspace_of
from belib_platform.local.down import down
from belib_platform.local.home import Home
from belib_platform.local.ports import LOOPBACK, any_free
from belib_platform.local.process_record import ProcessRecord
from belib_platform.local.processes import wait_until
from belib_platform.local.restart_limit import MOST
from belib_platform.local.status import status
from belib_platform.local.stores import stores
from belib_platform.local.supervision import API
from belib_platform.local.up import NO_READER
from belib_platform.local.urls import dagster_home
from belib_platform.settings import Settings
from belib_platform_tests.local.homes import lives, new_home, running, serving
from belib_platform_tests.local.stand_in import PORTAL

pytestmark = pytest.mark.slow

WAIT_S = 300.0
LONGEST_S = 900.0
STORES = ("mongo", "postgres", "dagster", "elasticsearch")
PROGRAMS = ("webserver", "daemon", "observer", API)

PLANTED = {"BELIB_POSTGRES_URL": "postgresql://planted@127.0.0.1:1/belib", "BELIB_OPENWEATHERMAP_KEY": "planted"}


@pytest.fixture(scope="module")
def settings() -> Iterator[Settings]:
    """One home for the module; every test begins and ends with nothing running on it."""
    with new_home() as settings:
        yield settings
        down(settings, lambda _: None)


class Up:
    """A `belib up` in a process of its own."""

    def __init__(self, settings: Settings, port: int, *postgres_url: str, **environ: str) -> None:
        program = "belib_platform_tests.local.run_up"
        command = [sys.executable, "-m", program, str(settings.home), str(port), *postgres_url]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | environ)
        self._limit = Timer(LONGEST_S, self.process.kill)  # whoever waits for a sentence that never comes sees its end
        self._limit.daemon = True
        self._limit.start()
        assert self.process.stdout
        self._said = self.process.stdout
        self.first_line = self._said.readline().strip()
        self.page = self.metrics = self.api = ""
        if self.first_line.startswith("Page: "):
            self.page, self.first_line = self.first_line.removeprefix("Page: "), self._said.readline().strip()

    def ready(self) -> "Up":
        """Wait until the UI listens."""
        before: list[str] = []
        for line in self._said:
            if self._is_ready(line):
                return self
            before.append(line)
        pytest.fail("It ended before it was ready, and said:\n" + "".join(before))

    def _is_ready(self, line: str) -> bool:
        if line.startswith("API: "):
            self.api = line.removeprefix("API: ").strip()
        if line.startswith("Metrics: "):
            self.metrics = line.removeprefix("Metrics: ").strip()
        return line == "Ready.\n"

    def said(self, pattern: str) -> re.Match[str]:
        """The next line that is so; of others, such as what the sources answer, it may say any number before."""
        found = next((match for line in self._said if (match := re.fullmatch(pattern, line))), None)
        assert found, pattern
        return found

    def says(self, sentence: str) -> bool:
        """Whether it says so, now or later."""
        return any(line.startswith(sentence) for line in self._said)

    def rest(self) -> tuple[str, int]:
        """What it still says, and its exit code."""
        self._limit.cancel()
        return self.process.communicate(timeout=WAIT_S)[0], self.process.returncode


def programs(settings: Settings) -> list[psutil.Process]:
    """Dagster's webserver and daemon of this home, observer and API; not what asks the sources and then ends."""
    found = serving(workspace_of(dagster_home(settings)))
    others = [process for process in found if "belib_platform.sensors.first_requests" not in process.cmdline()]
    return [*others, *api_processes(settings)]


def api_processes(settings: Settings) -> list[psutil.Process]:
    """The read API of this home."""
    return ProcessRecord(settings.home.resolve(), API).living()


def test_up_serves_the_ui_refuses_a_second_one_and_is_taken_over_after_a_crash(settings: Settings) -> None:
    with socket.socket() as other:
        taken = any_free()  # whose neighbours no outgoing connection gets
        other.bind((LOOPBACK, taken))
        other.listen()
        crashing = Up(settings, taken, **PLANTED).ready()
        url = crashing.first_line.removeprefix("Dagster UI: ")
        assert not url.endswith(f":{taken}")
        assert httpx.get(f"{url}/server_info", timeout=WAIT_S).status_code == 200
        assert httpx.get(f"{url}/server_info", headers={"host": "evil.example"}, timeout=WAIT_S).status_code == 421
    assert status(settings)["belib up"] == f"{url} (process {crashing.process.pid})"
    assert status(settings)["API"] == crashing.api
    assert urlsplit(crashing.api).port not in {taken, urlsplit(url).port}
    assert wait_until(lambda: asked_of_api(crashing) == "The warehouse has no tables yet.", WAIT_S)
    [api] = api_processes(settings)
    told = {name: value for name, value in api.environ().items() if name.startswith("BELIB_")}
    read = (
        "HOME",
        "READER_URL",
        "CADENCE_S",
        "WEATHER_LOCATION",
        "TILES",
        "TILES_ATTRIBUTION",
        "UI_URL",
        "CONTACT_EMAIL",
    )
    assert set(told) == {f"BELIB_{name}" for name in read}
    assert told["BELIB_UI_URL"] == url, "the page links to it"
    writer = urlsplit(Addresses(settings).postgres()).password
    assert writer
    assert not [value for value in api.environ().values() if writer in value or "planted" in value]

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
    told = [process.environ() for process in programs(settings) if process not in api_processes(settings)]
    assert {variables["BELIB_UI_URL"] for variables in told} == {third.first_line.removeprefix("Dagster UI: ")}
    assert not set(orphans) & set(programs(settings))
    down(settings, lambda _: None)
    assert third.said(r"Stopping\.\n")
    assert third.rest() == ("", 0)
    assert programs(settings) == []
    assert running(settings) == 0


def servers(settings: Settings) -> dict[str, int]:
    """Pids of the home's servers that live, by name."""
    mains = {server.name: server.process_record.process() for server in Home(settings.home).servers}
    return {name: main.pid for name, main in mains.items() if main}


def of_programs(settings: Settings) -> dict[str, int]:
    """Pids of the programs that live, by name."""
    mains = {name: ProcessRecord(settings.home.resolve(), name).process() for name in PROGRAMS}
    return {name: main.pid for name, main in mains.items() if main}


def test_whatever_dies_is_started_again_where_it_was_and_said(settings: Settings) -> None:
    supervised = Up(settings, any_free()).ready()
    url = supervised.first_line.removeprefix("Dagster UI: ")
    before, ports = servers(settings), Addresses(settings)
    urls = [ports.mongo(), ports.postgres(), ports.elasticsearch()]
    for name, pid in before.items():
        psutil.Process(pid).kill()
        supervised.said(rf"{name} ended and was started again after \d+\.\d s\.\n")
    assert [ports.mongo(), ports.postgres(), ports.elasticsearch()] == urls
    assert not {*before.values()} & {*servers(settings).values()}
    for name, pid in of_programs(settings).items():
        psutil.Process(pid).kill()
        supervised.said(rf"The {name} ended with code -9 and was started again; its log is .*/{name.lower()}\.log\.\n")
    assert len(of_programs(settings)) == len(PROGRAMS)
    assert wait_until(lambda: asked(url).get("data", {}).get("version") is not None, WAIT_S)
    assert wait_until(lambda: "belib_store_up" in metrics(supervised), WAIT_S)
    assert all(f'belib_store_up{{store="{store}"}} 1.0' in metrics(supervised) for store in STORES)
    assert wait_until(lambda: asked_of_api(supervised) == "The warehouse has no tables yet.", WAIT_S)
    down(settings, lambda _: None)
    assert supervised.said(r"Stopping\.\n")
    assert supervised.rest() == ("", 0)
    assert (programs(settings), running(settings)) == ([], 0)


def asked(url: str) -> dict[str, Any]:
    """What Dagster's UI tells a program, which it reads from PostgreSQL; nothing while it is away."""
    try:
        answer = httpx.post(f"{url}/graphql", json={"query": "{ version runsOrError { __typename } }"}, timeout=WAIT_S)
    except httpx.TransportError:
        return {}
    told: dict[str, Any] = answer.json()
    return {} if "errors" in told else told


def metrics(up: "Up") -> str:
    """What is served for Prometheus; nothing while it is away."""
    try:
        return httpx.get(up.metrics, timeout=WAIT_S).text
    except httpx.TransportError:
        return ""


def asked_of_api(up: "Up") -> str:
    """Why the read API, which reaches the warehouse, has no stations yet; nothing while it is away."""
    try:
        answer = httpx.get(up.api.replace("openapi.json", "stations"), timeout=WAIT_S)
    except httpx.TransportError:
        return ""
    return str(answer.json()["detail"])


def test_what_dies_five_times_in_a_minute_ends_up_with_a_sentence(settings: Settings) -> None:
    failing = Up(settings, any_free()).ready()
    for number in range(MOST):
        main = Home(settings.home).search.process_record.process()
        assert main
        main.kill()
        if number < MOST - 1:
            failing.said(r"Elasticsearch ended and was started again after .*\n")
    said, code = failing.rest()
    assert "Elasticsearch ended 5 times within a minute and is not started again. Its log, " in said
    assert code == 1
    assert (programs(settings), running(settings)) == ([], 0)


def test_what_a_killed_up_leaves_is_named_and_ended(settings: Settings) -> None:
    killed = Up(settings, any_free()).ready()
    assert status(settings)["belib up"].endswith(f"(process {killed.process.pid})")
    left = programs(settings)
    code_servers = {child.pid for program in left for child in program.children(recursive=True)}
    assert code_servers
    killed.process.kill()
    killed.rest()
    next(program for program in left if "dagster._daemon" in program.cmdline()).kill()
    living = {program.pid for program in programs(settings)} | code_servers
    shown = status(settings)
    assert shown["belib up"] == "does not run"
    assert living <= {int(number) for number in re.findall(r"\d+", shown["Left by a killed one"])}
    assert all(re.search(r"\(process \d+\)$", shown[name]) for name in servers(settings))
    said: list[str] = []
    down(settings, said.append)
    assert said[-1] == f"Nothing runs on {settings.home.resolve()}."
    ended = [
        sentence.removeprefix("Ended a program left by a killed `belib up`: ").split()[0] for sentence in said[:-1]
    ]
    assert [name for name in ended if name != "asking"] == [*PROGRAMS]
    assert not [pid for pid in living if lives(pid)]
    assert "Left by a killed one" not in status(settings)


def test_what_is_due_is_asked_at_once_and_first_answers_and_failures_are_said_once() -> None:
    with new_home() as fresh:
        first = Up(fresh, any_free())
        assert first.says(
            "Requesting api.open-meteo.com (weather forecast) and opendata.paris.fr (static set, borders of the "
            "arrondissements, real-time feed)."
        )
        assert first.says("api.open-meteo.com answered: weather forecast, 168 records.")
        assert first.says(f"{PORTAL}. Asked again in about 5 minutes.")
        down(fresh, lambda _: None)
        said, code = first.rest()
        assert (code, "opendata.paris.fr" in said) == (0, False)  # the same of two more sources

        again = Up(fresh, any_free())  # a source with a recent answer is not requested again
        assert again.says("Requesting opendata.paris.fr (static set, borders of the arrondissements, real-time feed).")
        assert again.says(f"{PORTAL}. Asked again in about 5 minutes.")
        down(fresh, lambda _: None)
        assert again.rest()[1] == 0
        assert serving(workspace_of(dagster_home(fresh))) == []


def test_where_no_role_that_only_reads_is_known_up_runs_without_the_api() -> None:
    with new_home() as elsewhere, stores(elsewhere) as urls, new_home() as here:
        without = Up(here, any_free(), urls.postgres)
        assert without.said(re.escape(f"{NO_READER}\n"))
        without.ready()
        assert (without.api, api_processes(here)) == ("", [])
        assert status(here)["API"] == "does not run: BELIB_READER_URL is not set"
        down(here, lambda _: None)
        assert without.rest()[1] == 0


def test_down_where_nothing_runs_says_so(settings: Settings) -> None:
    said: list[str] = []
    down(settings, said.append)
    assert said == [f"Nothing runs on {settings.home.resolve()}."]
