"""MongoDB's wire over SQLite, by the package `nx-27017`: one file per database, no authentication, loopback only."""

import os
import subprocess
import sys
from pathlib import Path

from belib_platform.local.noted import Noted
from belib_platform.local.ports import LOOPBACK
from belib_platform.local.processes import wait_until
from belib_platform.local.server import failure

START_S = 30.0


class MongoServer:
    """The home's MongoDB server; `home` is absolute."""

    name = "MongoDB"

    def __init__(self, home: Path) -> None:
        self.data = home / "mongo"
        self.log = home / "logs" / "mongo.log"
        self.noted = Noted(home, self.name)
        self._pid_file = home / "mongo.pid"

    def url(self, port: int, database: str) -> str:
        """URL of one database of the server."""
        return f"mongodb://{LOOPBACK}:{port}/{database}"

    def answers(self, port: int) -> bool:
        """Whether the noted process has this port and answers a ping within two seconds."""
        return self.noted.was_given(str(port)) and self._pings(port)

    def start(self, port: int) -> None:
        """Start the server as a daemon of its own session; raises StoresError when it does not answer."""
        self.data.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        # The server trusts the number in this file; a stale one would keep it from starting.
        self._pid_file.unlink(missing_ok=True)
        environment = {**os.environ, **self.noted.starting()}
        with self.log.open("ab") as log:
            subprocess.run(
                self._command(port), env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL, check=False
            )
        # what was run has left a process behind, which writes its pid and then listens
        wait_until(lambda: self._note() or not self.noted.living(), START_S)
        wait_until(lambda: self.answers(port) or not self.noted.living(), START_S)
        if not self.answers(port):
            raise failure(self, f"did not start on port {port}")

    def stop(self) -> None:
        """Stop the server; every acknowledged write is on disk."""
        self.noted.end()

    def kill(self) -> None:
        """End it at once; every acknowledged write is on disk."""
        self.noted.kill()

    def _note(self) -> bool:
        """Note the process once it has written its pid."""
        try:
            pid = int(self._pid_file.read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return False
        self.noted.started(pid)
        return True

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
