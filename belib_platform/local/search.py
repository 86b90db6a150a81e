"""Elasticsearch's API in memory, by the package `osmem-server`: loopback only, no login, forgets everything."""

import importlib.util
import os
import subprocess
from pathlib import Path

import psutil

from belib_platform.local.errors import StoresError
from belib_platform.local.noted import Noted
from belib_platform.local.ports import LOOPBACK, is_served
from belib_platform.local.processes import wait_until
from belib_platform.local.server import failure

START_S = 15.0


class SearchServer:
    """The home's search server; `home` is absolute."""

    name = "Elasticsearch"

    def __init__(self, home: Path) -> None:
        self.data = home / "search"
        """An empty folder, given as seed: people see in the process list whose server it is."""
        self.log = home / "logs" / "search.log"
        self.noted = Noted(home, self.name)

    def url(self, port: int, database: str) -> str:  # noqa: ARG002 - it has no databases
        """URL of the server."""
        return f"http://{LOOPBACK}:{port}"

    def answers(self, port: int) -> bool:
        """Whether the noted process has this port and answers within two seconds."""
        return self.noted.was_given(f"{LOOPBACK}:{port}") and is_served(port)

    def start(self, port: int) -> None:
        """Start the server, in a session of its own; raises StoresError when it does not answer."""
        self.data.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        binary = _binary().resolve()
        # the shell leaves the server to the system, which reaps it whoever of us lives longer, and says its pid
        command = ["sh", "-c", '"$@" >&2 & echo $!', "sh", str(binary), "-addr", f"{LOOPBACK}:{port}"]
        options = ["-no-ja", "-no-stdin-watch", "-seed", str(self.data)]
        with self.log.open("ab") as log:
            said = subprocess.run(
                command + options,
                env={**os.environ, **self.noted.starting()},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
                check=True,
            ).stdout
        wait_until(lambda: _has_loaded(int(said), binary), START_S)
        self.noted.started(int(said))
        wait_until(lambda: self.answers(port) or not self.noted.living(), START_S)
        if not self.answers(port):
            raise failure(self, f"did not start on port {port}")

    def stop(self) -> None:
        """Stop the server and forget what it held."""
        self.noted.end()

    def kill(self) -> None:
        """End it at once and forget what it held."""
        self.noted.kill()


def _has_loaded(pid: int, binary: Path) -> bool:
    """Whether the process runs the program by now, no longer the shell, or has ended already."""
    try:
        return bool(psutil.Process(pid).exe() == str(binary))
    except psutil.NoSuchProcess:
        return True


def _binary() -> Path:
    """The server's program."""
    package = importlib.util.find_spec("osmem_server")
    if package is None or package.origin is None:
        raise StoresError("The package osmem-server is missing: install belib-platform[embedded].")
    return Path(package.origin).parent / "bin" / "osmem-server"
