"""Child processes of `belib up`: each with a log and a session of its own, ended in order with all they started."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from belib_platform.embedded.errors import StoresError
from belib_platform.embedded.server import last_lines

GRACE_S = 15.0


class Child:
    """One program, started with this environment; its output is appended to the log."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self.name = name
        self._log = log
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

    def must_live(self) -> None:
        """Raise StoresError, with the log's last lines, when the program has ended."""
        code = self._process.poll()
        if code is not None:
            raise StoresError(
                f"The {self.name} ended with code {code}. Its log, {self._log}, ends:\n{last_lines(self._log)}"
            )

    def end(self) -> None:
        """Ask the program to end and wait; whatever of it and its own children lives on is killed."""
        family = self._family()
        self._process.terminate()
        try:
            self._process.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        _, alive = psutil.wait_procs(family, timeout=GRACE_S)
        for orphan in alive:
            orphan.kill()

    def _family(self) -> list[psutil.Process]:
        try:
            return psutil.Process(self._process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []
