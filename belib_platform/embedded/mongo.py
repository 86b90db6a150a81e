"""MongoDB's wire over SQLite, by the package `nx-27017`: one file per database, no authentication, loopback only."""

import subprocess
import sys
from pathlib import Path

from belib_platform.embedded.ports import LOOPBACK
from belib_platform.embedded.processes import end, serving, wait_until
from belib_platform.embedded.server import failure

START_S = 30.0


class MongoServer:
    """The home's MongoDB server; `home` is absolute."""

    name = "MongoDB"

    def __init__(self, home: Path) -> None:
        self.data = home / "mongo"
        self.log = home / "logs" / "mongo.log"
        self._pid_file = home / "mongo.pid"

    def url(self, port: int, database: str) -> str:
        """URL of one database of the server."""
        return f"mongodb://{LOOPBACK}:{port}/{database}"

    def answers(self, port: int) -> bool:
        """Whether a process on this data folder listens on the port and answers a ping within two seconds."""
        return any(str(port) in process.info["cmdline"] for process in serving(self.data)) and self._pings(port)

    def start(self, port: int) -> None:
        """Start the server as a daemon of its own session; raises StoresError when it does not answer."""
        self.data.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        # The server trusts the number in this file; a stale one would keep it from starting.
        self._pid_file.unlink(missing_ok=True)
        with self.log.open("ab") as log:
            subprocess.run(self._command(port), stdout=log, stderr=log, stdin=subprocess.DEVNULL, check=False)
        wait_until(lambda: self.answers(port) or not serving(self.data), START_S)
        if not self.answers(port):
            raise failure(self, f"did not start on port {port}")

    def stop(self) -> None:
        """Stop the server; every acknowledged write is on disk."""
        end(self.data)

    def _command(self, port: int) -> list[str]:
        # by its function, not as a module: it is imported by its own package, of which running it would warn
        start = "from nx_27017.nx_27017 import main; main()"
        program = [sys.executable, "-c", start, "-d", "--host", LOOPBACK, "--port", str(port)]
        files = ["--data-dir", str(self.data), "--pid-file", str(self._pid_file), "--log-file", str(self.log)]
        return program + files

    @staticmethod
    def _pings(port: int) -> bool:
        from pymongo import MongoClient
        from pymongo.errors import PyMongoError

        client: MongoClient[dict[str, object]] = MongoClient(
            LOOPBACK, port, serverSelectionTimeoutMS=2000, socketTimeoutMS=2000
        )
        with client:
            try:
                client.admin.command("ping")
            except PyMongoError:
                return False
            return True
