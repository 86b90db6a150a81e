"""The demo's home is emptied only when it is a demo's, and nobody uses it: tried with other processes."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from belib_platform.cli.demo import HOME
from belib_platform.files.locks import is_taken, lock
from belib_platform.local.errors import StoresError
from belib_platform.local.processes import wait_until
from belib_platform.local.simulated import SimulatedParis, mark_simulated, paris_of
from belib_platform.local.simulated_home import DEMO, continue_home, simulated_home
from belib_platform.settings import SIMULATED_MARK, Settings
from belib_platform_tests.local.homes import Member, new_home, running, settings_for

OWN = {SIMULATED_MARK, "demo.lock", "members.lock", "turn.lock", "up.lock"}
PROJECT = Path(__file__).parents[2]
WAIT_S = 300.0
DRAWN = SimulatedParis(7, date(2026, 1, 31))
NEW = SimulatedParis(8, date(2026, 2, 1))

HOLD_UP = """
import sys
from pathlib import Path
from belib_platform.local.up_lock import holding_up_lock
with holding_up_lock(Path(sys.argv[1]), "http://127.0.0.1:3000"):
    print("runs", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def settings() -> Iterator[Settings]:
    """A home of an earlier demo, with a history."""
    with new_home() as made:
        mark_simulated(made, DRAWN)
        (made.home / "exports").mkdir()
        (made.home / "exports/city_daily.csv").write_text("history")
        yield made


def history(settings: Settings) -> bool:
    """Whether the history of the earlier demo is there."""
    return (settings.home / "exports/city_daily.csv").exists()


def begun_again(settings: Settings) -> set[str]:
    """What a new demo finds in the home."""
    with simulated_home(settings, DRAWN):
        return {path.name for path in settings.home.iterdir()}


def test_a_home_of_an_earlier_demo_is_emptied_and_says_what_it_is_for(settings: Settings) -> None:
    kept = settings.home.parent / "elsewhere"
    kept.mkdir(exist_ok=True)
    (settings.home / "link").symlink_to(kept)
    assert begun_again(settings) == OWN
    assert kept.exists()
    kept.rmdir()


def test_a_home_that_is_not_there_is_made(tmp_path: Path) -> None:
    assert begun_again(settings_for(tmp_path / "new")) == OWN
    assert begun_again(settings_for(tmp_path / "new")) == OWN


@pytest.mark.slow
def test_a_home_whose_servers_a_command_uses_is_left_alone(settings: Settings) -> None:
    member = Member(settings)
    with pytest.raises(StoresError, match=r"^Another belib command uses .*; nothing in it was changed\.$"):
        begun_again(settings)
    assert history(settings)
    assert running(settings) == 3
    member.leave()
    assert begun_again(settings) == OWN


@pytest.mark.slow
def test_servers_of_a_killed_command_are_stopped_before_their_data_goes(settings: Settings) -> None:
    Member(settings).kill()
    assert running(settings) == 3
    assert begun_again(settings) == OWN
    assert running(settings) == 0


def test_a_home_on_which_belib_up_runs_is_left_alone(settings: Settings) -> None:
    command = [sys.executable, "-c", HOLD_UP, str(settings.home)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as up:
        assert up.stdout
        assert up.stdout.readline() == b"runs\n"
        with pytest.raises(
            StoresError, match=r"^`belib up` already runs for .* at http://127.0.0.1:3000; `belib down`"
        ):
            begun_again(settings)
        up.communicate(timeout=WAIT_S)
    assert history(settings)
    assert begun_again(settings) == OWN


@pytest.mark.parametrize("content", ["postgres/data/base", "notes.txt"])
def test_what_no_demo_made_is_left_alone(tmp_path: Path, content: str) -> None:
    foreign = tmp_path / "home" / content
    foreign.parent.mkdir(parents=True)
    foreign.write_text("somebody's")
    with pytest.raises(StoresError, match=rf"contains {content.split('/')[0]} but no file SIMULATED"):
        begun_again(settings_for(tmp_path / "home"))
    assert [path.name for path in (tmp_path / "home").iterdir()] == [content.split("/")[0]]
    assert foreign.read_text() == "somebody's"


@pytest.mark.parametrize("is_marked", [True, False])
def test_a_link_is_never_followed(settings: Settings, tmp_path: Path, is_marked: bool) -> None:
    if not is_marked:
        (settings.home / SIMULATED_MARK).unlink()
    link = tmp_path / "home"
    link.symlink_to(settings.home)
    with pytest.raises(StoresError, match="is a link or a file"):
        begun_again(settings_for(link))
    assert history(settings)
    assert not (settings.home / "demo.lock").exists()


def test_a_mark_that_is_a_link_marks_nothing(settings: Settings, tmp_path: Path) -> None:
    (settings.home / SIMULATED_MARK).rename(tmp_path / SIMULATED_MARK)
    (settings.home / SIMULATED_MARK).symlink_to(tmp_path / SIMULATED_MARK)
    with pytest.raises(StoresError, match="no file SIMULATED"):
        begun_again(settings)
    assert history(settings)


def test_a_simulated_home_goes_on_with_its_own_paris_and_keeps_its_history(settings: Settings) -> None:
    assert continue_home(settings, NEW) == DRAWN
    assert history(settings)


def test_a_home_that_an_earlier_version_marked_is_noted_to_hold_the_new_paris(settings: Settings) -> None:
    (settings.home / SIMULATED_MARK).write_text("The history in this home is simulated.\n", encoding="utf-8")
    assert continue_home(settings, NEW) == NEW
    assert continue_home(settings, DRAWN) == NEW
    assert history(settings)


def test_a_home_that_is_not_there_is_marked_before_anything_is_kept(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "new")
    assert continue_home(settings, NEW) == NEW
    assert paris_of(settings) == NEW


def test_a_home_that_may_hold_real_history_is_not_gone_on_with(settings: Settings) -> None:
    (settings.home / SIMULATED_MARK).unlink()
    with pytest.raises(StoresError, match="Its data may be real, so nothing was changed"):
        continue_home(settings, NEW)
    assert paris_of(settings) is None


def test_a_home_that_a_demo_makes_is_not_gone_on_with(settings: Settings) -> None:
    with lock(settings.home / DEMO), pytest.raises(StoresError, match=r"`belib demo` runs in .*; wait until it"):
        continue_home(settings, NEW)
    assert paris_of(settings) == DRAWN


def demo(folder: Path) -> "subprocess.Popen[str]":
    """`belib demo` as a user starts it."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BELIB_")}
    command = [sys.executable, "-c", "from belib_platform.cli.app import main; main()", "demo"]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, cwd=folder, env=clean | {"PYTHONPATH": str(PROJECT)}, text=True, stdout=pipe, stderr=pipe
    )


@pytest.mark.slow
def test_of_two_demos_at_once_the_second_is_refused(tmp_path: Path) -> None:
    lock = tmp_path / HOME / "demo.lock"
    first = demo(tmp_path)
    try:
        assert wait_until(lambda: (tmp_path / HOME / SIMULATED_MARK).exists() and is_taken(lock), WAIT_S)
        second = demo(tmp_path)
        said = second.communicate(timeout=WAIT_S)
        assert second.returncode == 1
        assert said[1].endswith(" UTC: Another `belib demo` runs in .belib-demo; this one changed nothing.\n")
        assert first.poll() is None
    finally:
        first.kill()
        first.communicate(timeout=WAIT_S)
    assert not is_taken(lock)
