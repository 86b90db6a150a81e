"""`belib up --simulated` as a user starts it: on the simulator, in a home of its own, and gone with Ctrl-C."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import httpx
import pytest

from belib_platform.local.dagster_home import workspace_of
from belib_platform.local.ports import any_free
from belib_platform.local.processes import wait_until
from belib_platform.local.simulated_up import HOME
from belib_platform.local.status import status
from belib_platform.local.urls import dagster_home
from belib_platform_tests.local.homes import running, serving, settings_for

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).parents[2]
NOBODY = {
    "BELIB_MONGO_URL": "mongodb://127.0.0.1:1",
    "BELIB_POSTGRES_URL": "postgresql://127.0.0.1:1/belib",
    "BELIB_READER_URL": "postgresql://127.0.0.1:1/belib",
}
WAIT_S = 300.0


def up(folder: Path, **environ: str) -> "subprocess.Popen[str]":
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BELIB_")}
    return subprocess.Popen(
        [sys.executable, "-m", "belib_platform.cli", "up", "--simulated", "--port", str(any_free())],
        cwd=folder,
        env=clean | {"PYTHONPATH": str(PROJECT)} | environ,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def is_said_to_be_simulated(api: str) -> bool:
    """Whether the read API has stations and says that they are simulated; not while it is away."""
    try:
        answer = httpx.get(api.replace("openapi.json", "stations"), timeout=WAIT_S)
    except httpx.TransportError:
        return False
    return answer.is_success and answer.json()["is_simulated"] is True and bool(answer.json()["items"])


@pytest.fixture
def started(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """With stores in the environment that nobody serves, and a home that is the default one."""
    process = up(tmp_path, BELIB_HOME=".belib", **NOBODY)
    yield process
    process.terminate()  # ends all it started, too
    process.communicate()


def test_it_asks_the_simulator_only_says_so_and_leaves_nothing_running(
    started: "subprocess.Popen[str]", tmp_path: Path
) -> None:
    assert started.stdout
    said = iter(started.stdout.readline, "")
    first = next(said)
    apis = re.search(r"^SIMULATED: .* answers at (http://127\.0\.0\.1:\d+). No other host is requested", first)
    assert apis, first
    host = apis[1].removeprefix("http://")
    api = next(line for line in said if line.startswith("API: ")).removeprefix("API: ").strip()
    answers = list(islice((line for line in said if " answered: " in line), 4))
    assert {line.partition(" answered: ")[0] for line in answers} == {host}
    home = settings_for(tmp_path / HOME)
    assert home.is_simulated
    assert status(home)["Home"].endswith(".belib-simulated (SIMULATED)")
    assert not (tmp_path / ".belib").exists()
    assert wait_until(lambda: is_said_to_be_simulated(api), WAIT_S)

    started.send_signal(signal.SIGINT)
    rest, errors = started.communicate(timeout=300)
    assert (started.returncode, errors) == (0, "")
    _, stopping, after = rest.partition("Stopping.\n")
    assert stopping
    assert [line for line in after.splitlines() if not line.startswith(f"{host} answered: ")] == []
    assert serving(workspace_of(dagster_home(home))) == []
    assert running(home) == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(apis[1])


def test_a_home_that_may_hold_real_history_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "mine/postgres").mkdir(parents=True)
    refused = up(tmp_path, BELIB_HOME="mine")
    said = refused.communicate(timeout=300)
    assert (refused.returncode, said[0]) == (1, "")
    assert said[1].endswith(
        "mine contains postgres but no file SIMULATED. Its data may be real, so nothing was changed.\n"
    )
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["postgres"]
