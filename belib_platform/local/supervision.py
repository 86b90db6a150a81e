"""Supervise the servers and programs of `belib up`, and restart those that end or hang."""

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path

from belib_platform.local.children import Child, Program, end_all, start_program
from belib_platform.local.errors import StoresError
from belib_platform.local.hang_detection import HangDetector
from belib_platform.local.home import HANG_TIMEOUT_S, Home
from belib_platform.local.process_record import ProcessRecord
from belib_platform.local.processes import named
from belib_platform.local.restart_limit import RestartLimit
from belib_platform.local.server import Server

OBSERVER = "observer"
"""The program that serves metrics."""

API = "API"
"""The program that serves the read API."""

OPTIONAL = {OBSERVER: "metrics", API: "the read API"}
"""Programs without which the others continue, and what is missing then."""

FIRST_REQUESTS = "asking"
"""The program that requests the sources at the start of `belib up`, and then ends."""

PROGRAMS = ("webserver", "daemon", OBSERVER, API, FIRST_REQUESTS)
"""The programs of `belib up`, besides the servers."""

PAUSE_S = 5.0
"""Pause before another attempt to start a server: a port or disk space may have become free."""


class Supervision:
    """Supervises the home's own servers, which already run, and the programs that need them.

    `say` prints a message for each restart. A server that does not answer for `hang_timeout_s` seconds is considered
    hung.
    """

    def __init__(
        self,
        home: Home,
        servers: Mapping[Server, int],
        programs: Mapping[str, Program],
        say: Callable[[str], None],
        hang_timeout_s: float = HANG_TIMEOUT_S,
    ) -> None:
        self._home, self._servers, self._programs, self._say = home, servers, programs, say
        self._hang_timeout_s = hang_timeout_s
        self._restart_limit = RestartLimit()
        self._children: dict[str, Child] = {}
        self._not_before: dict[Server, float] = {}
        self._hang_detectors = {server: HangDetector(server, port, hang_timeout_s) for server, port in servers.items()}

    def start(self) -> None:
        """Start the programs."""
        for name in self._programs:
            self._start(name)

    def check(self) -> None:
        """Restart what has ended or hangs: the servers first, and the programs once all servers answer.

        Raises StoresError if one that is not optional ends five times within a minute.
        """
        for server in self._servers:
            self._check_server(server)
        if all(detector.is_responding for detector in self._hang_detectors.values()):
            for name in list(self._children):
                self._check_program(name)

    def end(self) -> None:
        """End the programs, and send the servers no more requests."""
        with ExitStack() as last:
            for detector in self._hang_detectors.values():
                last.callback(detector.end)
            last.callback(end_programs, self._home.folder)  # code servers and runs of programs that ended before
            last.callback(end_all, list(self._children.values()))

    def _check_server(self, server: Server) -> None:
        began, detector = time.monotonic(), self._hang_detectors[server]
        ended = server.process_record.process() is None
        if not (ended or detector.hangs()) or began < self._not_before.get(server, began):
            return
        if ended:
            self._restart_limit.count(server.name, server.log)
        what = "ended" if ended else f"gave no answer for {self._hang_timeout_s:.0f} seconds"
        try:
            was_started = self._home.restart(server, self._servers[server])
        except (StoresError, OSError) as error:
            self._not_before[server] = time.monotonic() + PAUSE_S
            self._say(f"{server.name} {what} and could not be started again: {error}")
            return
        detector.reset()
        if was_started:
            was_ended = "" if ended else ", was ended"
            self._say(f"{server.name} {what}{was_ended} and was started again after {time.monotonic() - began:.1f} s.")
        else:
            self._say(f"{server.name} {what} and answers again.")

    def _check_program(self, name: str) -> None:
        child = self._children[name]
        code = child.exit_code()
        if code is None:
            return
        try:
            self._restart_limit.count(f"The {name}", child.log)
        except StoresError as error:
            if name not in OPTIONAL:
                raise
            del self._children[name]
            self._say(f"{error}\nThe platform continues without {OPTIONAL[name]}.")
            return
        self._start(name)
        self._say(f"The {name} ended with code {code} and was started again; its log is {child.log}.")

    def _start(self, name: str) -> None:
        self._children[name] = start_program(self._home.folder, name, self._programs[name])


def end_programs(home: Path) -> list[str]:
    """End programs that a killed `belib up` left running, with their code servers and runs; returns their names."""
    found = {name: ProcessRecord(home, name).end() for name in PROGRAMS}
    return [f"{name} ({named([process.pid for process in ended])})" for name, ended in found.items() if ended]
