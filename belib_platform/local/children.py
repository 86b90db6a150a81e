"""Child processes of `belib up`: each has its own log and session, and is ended together with its descendants."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from belib_platform.local.process_record import ProcessRecord

GRACE_S = 15.0


@dataclass(frozen=True)
class Program:
    """A Python module with its arguments, and the whole environment that it is started in."""

    arguments: Sequence[str]
    environment: Mapping[str, str] = field(repr=False)


class Child:
    """A program, started with this environment; its output is appended to the log."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.log = log
        self._ending: list[psutil.Process] = []
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as output:
            # A session of its own, so that Ctrl-C in the terminal reaches only `belib up`, which ends all in order.
            self._process = subprocess.Popen(
                command,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.pid = self._process.pid
        """Id of the process and of its session."""

    def exit_code(self) -> int | None:
        """The exit code of the program, negative for a signal; None while it runs."""
        return self._process.poll()

    def request_end(self) -> None:
        """Send SIGTERM to the program and its descendants, so that Dagster records its runs as interrupted."""
        if self._process.poll() is None:
            program = psutil.Process(self._process.pid)
            self._ending = [program, *program.children(recursive=True)]
        self._signal_group(signal.SIGTERM)

    def await_end(self) -> None:
        """Wait until they have ended; kill those that still run after 15 seconds."""
        psutil.wait_procs(self._ending, timeout=GRACE_S)
        self._signal_group(signal.SIGKILL)
        self._process.wait()

    def _signal_group(self, number: signal.Signals) -> None:
        try:
            os.killpg(self._process.pid, number)
        except (ProcessLookupError, PermissionError):  # macOS refuses a group of which only zombies are left
            return


def start_program(home: Path, name: str, program: Program) -> Child:
    """Start the program as the process that the home records as `name`."""
    record = ProcessRecord(home, name)
    command = [sys.executable, "-m", *program.arguments]
    child = Child(command, {**program.environment, **record.prepare_start()}, home / "logs" / f"{name.lower()}.log")
    record.set_process(child.pid)
    return child


def end_all(children: Sequence[Child]) -> None:
    """End all programs, newest first."""
    for child in reversed(children):
        child.request_end()
    for child in children:
        child.await_end()
