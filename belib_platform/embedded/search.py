"""Elasticsearch's API in memory, by the package `osmem-server`: loopback only, no login, forgets everything."""

import importlib.util
import subprocess
from pathlib import Path

from belib_platform.embedded.errors import StoresError
from belib_platform.embedded.ports import LOOPBACK, is_served
from belib_platform.embedded.processes import end, serving, wait_until
from belib_platform.embedded.server import failure

START_S = 15.0


class SearchServer:
    """The home's search server; `home` is absolute."""

    name = "Elasticsearch"

    def __init__(self, home: Path) -> None:
        self.data = home / "search"
        """An empty folder, given as seed: by it the server is known in the process list."""
        self.log = home / "logs" / "search.log"

    def url(self, port: int, database: str) -> str:  # noqa: ARG002 - it has no databases
        """URL of the server."""
        return f"http://{LOOPBACK}:{port}"

    def answers(self, port: int) -> bool:
        """Whether a process on this folder listens on the port and answers within two seconds."""
        address = f"{LOOPBACK}:{port}"
        return any(address in process.info["cmdline"] for process in serving(self.data)) and is_served(port)

    def start(self, port: int) -> None:
        """Start the server, in a session of its own; raises StoresError when it does not answer."""
        self.data.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        # the shell leaves the server to the system, which reaps it whoever of us lives longer
        command = ["sh", "-c", '"$@" &', "sh", str(_binary()), "-addr", f"{LOOPBACK}:{port}"]
        options = ["-no-ja", "-no-stdin-watch", "-seed", str(self.data)]
        with self.log.open("ab") as log:
            subprocess.run(
                command + options,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                check=False,
            )
        # whether it still lives is not asked: while the system loads the program it has no command line to know it by
        if not wait_until(lambda: self.answers(port), START_S):
            raise failure(self, f"did not start on port {port}")

    def stop(self) -> None:
        """Stop the server and forget what it held."""
        end(self.data)


def _binary() -> Path:
    """The server's program."""
    package = importlib.util.find_spec("osmem_server")
    if package is None or package.origin is None:
        raise StoresError("The package osmem-server is missing: install belib-platform[embedded].")
    return Path(package.origin).parent / "bin" / "osmem-server"
