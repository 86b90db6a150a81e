"""Child processes of `belib up`: each with a log and a session of its own, ended with all that it started."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

GRACE_S = 15.0


class Child:
    """One program, started with this environment; its output is appended to the log."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.log = log
        self._asked: list[psutil.Process] = []
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
        """Of the program, and of its session."""

    def exit_code(self) -> int | None:
        """The code the program ended with, negative for a signal; None while it lives."""
        return self._process.poll()

    def ask_to_end(self) -> None:
        """Ask the program and all it started, code servers and runs, to end, so that a run is noted as interrupted."""
        if self._process.poll() is None:
            program = psutil.Process(self._process.pid)
            self._asked = [program, *program.children(recursive=True)]
        self._signal_group(signal.SIGTERM)

    def see_end(self) -> None:
        """Wait until all that were asked to end have; what lives on after 15 seconds is killed."""
        psutil.wait_procs(self._asked, timeout=GRACE_S)
        self._signal_group(signal.SIGKILL)
        self._process.wait()

    def _signal_group(self, number: signal.Signals) -> None:
        try:
            os.killpg(self._process.pid, number)
        except (ProcessLookupError, PermissionError):  # macOS refuses a group of which only zombies are left
            return


def end_all(children: Sequence[Child]) -> None:
    """End all, asking the newest first."""
    for child in reversed(children):
        child.ask_to_end()
    for child in children:
        child.see_end()
