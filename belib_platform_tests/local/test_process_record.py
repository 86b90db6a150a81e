"""Only belib's own processes are ended: a path among arguments, a reused pid or a copy of a home identifies none."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from belib_platform.local.down import down
from belib_platform.local.errors import StoresError
from belib_platform.local.home import Home
from belib_platform.local.process_record import FOLDER, MARK, ProcessRecord
from belib_platform.local.processes import wait_until
from belib_platform.local.status import status
from belib_platform.local.stores import stores
from belib_platform.local.up_lock import RunningUp
from belib_platform.settings import Settings
from belib_platform_tests.local.homes import Member, new_home, running

WAIT_S = 300.0
SERVERS = ("MongoDB", "PostgreSQL", "Elasticsearch")

UNTIL_TOLD = "import sys; print(0, flush=True); sys.stdin.read()"
"""A program that prints a line when it runs, and ends when its standard input is closed."""

LEAVES_A_CHILD = f"""
import subprocess, sys
subprocess.Popen([sys.executable, "-c", {UNTIL_TOLD!r}], start_new_session=True).wait()
"""


@pytest.fixture
def settings() -> Iterator[Settings]:
    """A home of the test's own."""
    with new_home() as made:
        yield made


@contextmanager
def program(code: str, *arguments: str, **variables: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a program during the block; it has printed its first line before."""
    command = [sys.executable, "-c", code, *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, env={**os.environ, **variables}) as started:
        assert started.stdout
        assert started.stdout.readline() == b"0\n"
        try:
            yield started
        finally:
            started.kill()


@contextmanager
def bystanders(home: Path) -> Iterator[list["subprocess.Popen[bytes]"]]:
    """Foreign programs with paths of the home among their arguments, some at the positions that servers use."""
    data, workspace = str(home / "postgres/data"), str(home / "dagster/workspace.yaml")
    seen = [[data], [str(home / "mongo")], ["-seed", str(home / "search")], ["-w", workspace], ["-D", data]]
    seen.append(["-m", "dagster._daemon", "run", "-w", workspace])
    with ExitStack() as stack:
        yield [stack.enter_context(program(UNTIL_TOLD, *arguments)) for arguments in seen]


def living(home: Path, name: str) -> list[int]:
    """Pids of the home's running processes of this name."""
    return [process.pid for process in ProcessRecord(home, name).living()]


@pytest.mark.slow
def test_foreign_programs_with_paths_of_the_home_are_not_ended(settings: Settings) -> None:
    home = settings.home.resolve()
    with bystanders(home) as others:
        with stores(settings):
            Home(home).postgres.kill()
            with stores(settings):
                pass
        Member(settings).kill()
        down(settings, lambda _: None)
        assert [living(home, name) for name in SERVERS] == [[]] * 3
        assert [other.poll() for other in others] == [None] * len(others)


@pytest.mark.slow
def test_each_record_identifies_the_running_process(settings: Settings) -> None:
    home = Home(settings.home)
    with stores(settings):
        for server in home.servers:
            main = server.process_record.process()
            note = json.loads((home.folder / FOLDER / f"{server.name}.json").read_text())
            assert main
            assert (note["pid"], note["executable"]) == (main.pid, main.exe())
            assert main.environ()[MARK] == note["mark"]


STRANGE: dict[str, Callable[[Any], object]] = {
    "started_s": lambda record: record - 60,
    "executable": lambda record: f"{record}-config",
    "place": lambda record: record[::-1],
    "home": lambda record: record + 1,
}
"""A start time, executable, machine and home that differ from the record."""


@pytest.mark.parametrize("which", STRANGE)
def test_a_recorded_pid_is_not_used_if_anything_else_differs(tmp_path: Path, which: str) -> None:
    record = ProcessRecord(tmp_path, "daemon")
    with program(UNTIL_TOLD) as stranger:
        record.prepare_start()
        record.set_process(stranger.pid)
        assert living(tmp_path, "daemon") == [stranger.pid]
        file = tmp_path / FOLDER / "daemon.json"
        note = json.loads(file.read_text())
        file.write_text(json.dumps({**note, which: STRANGE[which](note[which])}))
        assert living(tmp_path, "daemon") == []
        record.end()
        record.kill()
        assert stranger.poll() is None


def test_a_process_that_has_ended_is_not_found(tmp_path: Path) -> None:
    record = ProcessRecord(tmp_path, "daemon")
    record.prepare_start()
    with program(UNTIL_TOLD) as gone:
        record.set_process(gone.pid)
    gone.wait(WAIT_S)
    record.set_process(gone.pid)
    assert record.process() is None
    assert record.living() == []


@pytest.mark.slow
def test_a_copy_of_a_home_neither_shows_nor_ends_processes_of_the_original(settings: Settings, tmp_path: Path) -> None:
    with stores(settings):
        copy = tmp_path / "copy"
        shutil.copytree(settings.home / FOLDER, copy / FOLDER)
        copied = settings.model_copy(update={"home": copy})
        assert status(copied)["PostgreSQL"] == "does not run"
        down(copied, lambda _: None)
        assert running(settings) == 3


@pytest.mark.slow
def test_servers_used_where_they_cannot_be_seen_are_not_started_a_second_time(settings: Settings) -> None:
    member = Member(settings)
    notes = {file: file.read_text() for file in (settings.home / FOLDER).glob("*.json")}
    for file, note in notes.items():
        file.write_text(json.dumps({**json.loads(note), "place": "another machine"}))
    told = r"^MongoDB and PostgreSQL and Elasticsearch of .* were started on another machine or in another container, "
    with pytest.raises(StoresError, match=told), stores(settings):
        pass
    with pytest.raises(StoresError, match=r"^Another belib command"):
        down(settings, lambda _: None)
    for file, note in notes.items():
        file.write_text(note)
    member.leave()
    assert running(settings) == 0


@pytest.mark.slow
def test_records_of_an_earlier_boot_do_not_prevent_a_start(settings: Settings) -> None:
    with stores(settings):
        pass
    for file in (settings.home / FOLDER).glob("*.json"):
        file.write_text(json.dumps({**json.loads(file.read_text()), "place": "an earlier boot"}))
    with stores(settings):
        assert running(settings) == 3


@pytest.mark.slow
def test_a_home_reached_by_another_path_is_the_same(settings: Settings, tmp_path: Path) -> None:
    Member(settings).kill()
    (tmp_path / "link").symlink_to(settings.home)
    down(settings.model_copy(update={"home": tmp_path / "link"}), lambda _: None)
    assert running(settings) == 0


def test_a_process_whose_start_was_interrupted_is_found_and_ended(tmp_path: Path) -> None:
    record = ProcessRecord(tmp_path, "daemon")
    with program(UNTIL_TOLD, **record.prepare_start()) as half_started:
        assert living(tmp_path, "daemon") == [half_started.pid]
        record.end()
        assert half_started.wait(WAIT_S) == -signal.SIGTERM


def test_descendants_of_an_ended_program_are_found_and_ended_in_any_session(tmp_path: Path) -> None:
    record = ProcessRecord(tmp_path, "daemon")
    with program(LEAVES_A_CHILD, **record.prepare_start()) as parent:
        record.set_process(parent.pid)
        [child] = psutil.Process(parent.pid).children()
        parent.kill()
        parent.wait(WAIT_S)
        assert record.process() is None
        assert living(tmp_path, "daemon") == [child.pid]
        record.end()
        assert living(tmp_path, "daemon") == []


def test_a_process_that_ignores_sigterm_is_killed(tmp_path: Path) -> None:
    record = ProcessRecord(tmp_path, "daemon")
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + UNTIL_TOLD
    with program(deaf, **record.prepare_start()) as started:
        record.set_process(started.pid)
        record.end(grace_s=0.1)
        assert started.wait(WAIT_S) == -signal.SIGKILL


@pytest.mark.slow
def test_down_does_not_end_a_process_with_the_pid_of_a_killed_up(settings: Settings) -> None:
    lock = settings.home / "up.lock"
    held = f"import fcntl; lock = open({str(lock)!r}); fcntl.flock(lock, fcntl.LOCK_EX); {UNTIL_TOLD}"
    with program(UNTIL_TOLD) as stranger:
        lock.write_text(json.dumps(vars(RunningUp(stranger.pid, "http://127.0.0.1:3000"))))
        with program(held) as other:
            assert status(settings)["belib up"] == "does not run"
            assert status(settings)["Other belib commands"] == f"process {other.pid}"
            with pytest.raises(StoresError, match=rf"^Another belib command \(process {other.pid}\) is preparing"):
                down(settings, lambda _: None)
        assert stranger.poll() is None


@pytest.mark.slow
def test_commands_that_use_the_home_are_named(settings: Settings) -> None:
    member = Member(settings)
    pid = member.pid
    assert status(settings)["Other belib commands"] == f"process {pid}"
    with pytest.raises(StoresError, match=rf"^Another belib command \(process {pid}\) uses {settings.home.resolve()};"):
        down(settings, lambda _: None)
    member.leave()
    assert "Other belib commands" not in status(settings)


@pytest.mark.slow
def test_a_server_that_lives_and_does_not_answer_is_named(settings: Settings) -> None:
    home = Home(settings.home)
    with stores(settings):
        main = home.search.process_record.process()
        assert main
        main.suspend()
        try:
            assert status(settings)["Elasticsearch"] == f"does not answer (process {main.pid})"
        finally:
            main.resume()
        assert wait_until(lambda: home.port_of(home.search) is not None, WAIT_S)
    shown = status(settings)
    assert [shown[name] for name in SERVERS] == ["does not run"] * 3
