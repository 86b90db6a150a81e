"""The local search server: the package `osmem-server`, Elasticsearch's API in memory, on loopback without login."""

import os
import subprocess
from pathlib import Path

import psutil

from belib_platform.local.ports import LOOPBACK, is_served
from belib_platform.local.processes import wait_until
from belib_platform.local.server import Server, package_folder

START_S = 15.0

MEMORY_LIMIT = "400MiB"
"""Beyond it the server collects garbage more often, instead of letting as much of it pile up as it holds documents. It
needs less for the hours that it keeps by default; `GOMEMLIMIT` in the environment says otherwise."""


class SearchServer(Server):
    """The home's search server. Its content is lost when it ends."""

    name = "Elasticsearch"
    log_name = "search.log"

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.data = home / "search"
        """An empty folder, passed as an argument, so that the process list shows whose server it is."""

    def url(self, port: int, database: str) -> str:  # noqa: ARG002 - it has no databases
        """URL of the server."""
        return f"http://{LOOPBACK}:{port}"

    def answers(self, port: int) -> bool:
        """Whether the recorded process uses this port and answers within two seconds."""
        return self.process_record.has_argument(f"{LOOPBACK}:{port}") and is_served(port)

    def start(self, port: int) -> None:
        """Start the server in its own session. Raises StoresError if it does not answer."""
        self.data.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        binary = (package_folder("osmem-server") / "bin" / "osmem-server").resolve()
        # the shell prints the pid and ends, so that the system, and not this process, reaps the server
        command = ["sh", "-c", '"$@" >&2 & echo $!', "sh", str(binary), "-addr", f"{LOOPBACK}:{port}"]
        options = ["-no-ja", "-no-stdin-watch", "-seed", str(self.data)]
        with self.log.open("ab") as log:
            pid = subprocess.run(
                command + options,
                env={"GOMEMLIMIT": MEMORY_LIMIT, **os.environ, **self.process_record.prepare_start()},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
                check=True,
            ).stdout
        wait_until(lambda: _has_loaded(int(pid), binary), START_S)
        self.process_record.set_process(int(pid))
        wait_until(lambda: self.answers(port) or not self.process_record.living(), START_S)
        if not self.answers(port):
            raise self.failure(f"did not start on port {port}")


def _has_loaded(pid: int, binary: Path) -> bool:
    """Whether the process runs the server instead of the shell, or has ended."""
    try:
        return bool(psutil.Process(pid).exe() == str(binary))
    except psutil.NoSuchProcess:
        return True
