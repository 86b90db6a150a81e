"""Work in a process of its own: its errors come back, and it ends with whoever waits for it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from belib_platform.local.processes import wait_until
from belib_platform.repair.fresh_process import ProcessEndedError, in_fresh_process
from belib_platform.repair.rebuild import RebuildError


def pid() -> int:
    return os.getpid()


def write_pid(file: Path) -> None:
    file.write_text(str(os.getpid()))


def refuse(*sentences: str) -> None:
    raise RebuildError(*sentences)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def stay(file: Path) -> None:
    write_pid(file)
    signal.pause()


def test_it_returns_what_another_process_does() -> None:
    assert in_fresh_process(pid) not in (None, os.getpid())


def test_its_error_is_raised_here_with_all_it_says() -> None:
    with pytest.raises(RebuildError, match="first; second") as raised:
        in_fresh_process(refuse, "first", "second")
    assert raised.value.sentences == ("first", "second")


@pytest.mark.slow
def test_a_killed_one_is_no_success() -> None:
    with pytest.raises(ProcessEndedError, match="code -9"):
        in_fresh_process(die)


def wait_for_it(file: str) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    in_fresh_process(stay, Path(file))


@pytest.mark.slow
def test_an_interrupt_ends_both(tmp_path: Path) -> None:
    program = f"from belib_platform_tests.repair.test_fresh_process import *; wait_for_it({str(tmp_path / 'pid')!r})"
    with subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.DEVNULL) as waiting:
        assert wait_until(lambda: (tmp_path / "pid").exists() and bool((tmp_path / "pid").read_text()), 300)
        other = psutil.Process(int((tmp_path / "pid").read_text()))
        waiting.send_signal(signal.SIGINT)
        assert wait_until(lambda: waiting.poll() is not None, 300)
    assert not other.is_running()
