"""What runs for `belib up`, kept running: servers and programs that end, or hang, are started again."""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

from belib_platform.local.children import Child, end_all
from belib_platform.local.deaths import Deaths
from belib_platform.local.errors import StoresError
from belib_platform.local.home import SILENT_S, Home
from belib_platform.local.noted import Noted
from belib_platform.local.pulse import Pulse
from belib_platform.local.server import Server
from belib_platform.local.users import named

OBSERVER = "observer"
"""The one program without which the others go on: history needs no metrics."""

ASKING = "asking"
"""The program that asks the sources at the start of `belib up`, and then ends."""

PROGRAMS = ("webserver", "daemon", OBSERVER, ASKING)
"""What `belib up` starts beside the servers."""

PAUSE_S = 5.0
"""Between two attempts to start a server that cannot be started: a port or a disk may be free again."""


class Supervision:
    """The home's own servers, joined or started before, and the programs that need them.

    `programs` are arguments for Python by name, started with the environment `variables`. `say` is given a sentence for
    each that was started again. A server that is silent for `silent_s` seconds hangs.
    """

    def __init__(
        self,
        home: Home,
        servers: Mapping[Server, int],
        programs: Mapping[str, Sequence[str]],
        variables: Mapping[str, str],
        say: Callable[[str], None],
        silent_s: float = SILENT_S,
    ) -> None:
        self._home, self._servers, self._programs, self._variables, self._say = home, servers, programs, variables, say
        self._silent_s = silent_s
        self._deaths = Deaths()
        self._children: dict[str, Child] = {}
        self._not_before: dict[Server, float] = {}
        self._pulses = {server: Pulse(server, port, silent_s) for server, port in servers.items()}

    def start(self) -> None:
        """Start the programs."""
        for name in self._programs:
            self._start(name)

    def look(self) -> None:
        """Start again what has ended or hangs: the servers first, then, once all of them answer, the programs.

        Raises StoresError when one ends five times within a minute.
        """
        for server in self._servers:
            self._look_at_server(server)
        if all(pulse.is_steady for pulse in self._pulses.values()):
            for name in list(self._children):
                self._look_at_program(name)

    def end(self) -> None:
        """End the programs, and ask the servers no more."""
        with ExitStack() as last:
            for pulse in self._pulses.values():
                last.callback(pulse.end)
            last.callback(end_programs, self._home.folder)  # code servers and runs of programs that died before
            last.callback(end_all, list(self._children.values()))

    def _look_at_server(self, server: Server) -> None:
        began, pulse = time.monotonic(), self._pulses[server]
        ended = server.noted.main() is None
        if not (ended or pulse.hangs()) or began < self._not_before.get(server, began):
            return
        if ended:
            self._deaths.count(server.name, server.log)
        what = "ended" if ended else f"gave no answer for {self._silent_s:.0f} seconds"
        try:
            was_started = self._home.revive(server, self._servers[server])
        except (StoresError, OSError) as error:
            self._not_before[server] = time.monotonic() + PAUSE_S
            self._say(f"{server.name} {what} and could not be started again: {error}")
            return
        pulse.begin_again()
        if was_started:
            was_ended = "" if ended else ", was ended"
            self._say(f"{server.name} {what}{was_ended} and was started again after {time.monotonic() - began:.1f} s.")
        else:
            self._say(f"{server.name} {what} and answers again.")

    def _look_at_program(self, name: str) -> None:
        child = self._children[name]
        code = child.exit_code()
        if code is None:
            return
        try:
            self._deaths.count(f"The {name}", child.log)
        except StoresError as error:
            if name != OBSERVER:
                raise
            del self._children[name]
            self._say(f"{error}\nHistory goes on without metrics.")
            return
        self._start(name)
        self._say(f"The {name} ended with code {code} and was started again; its log is {child.log}.")

    def _start(self, name: str) -> None:
        noted, log = Noted(self._home.folder, name), self._home.folder / "logs" / f"{name}.log"
        command = [sys.executable, "-m", *self._programs[name]]
        child = Child(name, command, {**self._variables, **noted.starting()}, log)
        noted.started(child.pid)
        self._children[name] = child


def end_programs(home: Path) -> list[str]:
    """End the programs of `belib up`, code servers and runs among them, where they live without it; says which."""
    found = {name: Noted(home, name).end() for name in PROGRAMS}
    return [f"{name} ({named([process.pid for process in ended])})" for name, ended in found.items() if ended]
