"""The local MongoDB server: the package `nx-27017`, MongoDB's wire protocol over SQLite, on loopback without login."""

import os
import subprocess
import sys
from pathlib import Path

from belib_platform.local.ports import LOOPBACK
from belib_platform.local.processes import wait_until
from belib_platform.local.server import Server

START_S = 30.0


class MongoServer(Server):
    """The home's MongoDB server. Every acknowledged write is on disk, also when it is killed."""

    name = "MongoDB"
    log_name = "mongo.log"

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.data = home / "mongo"
        self._pid_file = home / "mongo.pid"

    def url(self, port: int, database: str) -> str:
        """URL of one database of the server."""
        return f"mongodb://{LOOPBACK}:{port}/{database}"

    def answers(self, port: int) -> bool:
        """Whether the recorded process uses this port and answers a ping within two seconds."""
        return self.process_record.has_argument(str(port)) and self._pings(port)

    def start(self, port: int) -> None:
        """Start the server as a daemon. Raises StoresError if it does not answer."""
        self.data.mkdir(parents=True, exist_ok=True)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        # The server refuses to start if this file contains an outdated pid.
        self._pid_file.unlink(missing_ok=True)
        environment = {**os.environ, **self.process_record.prepare_start()}
        with self.log.open("ab") as log:
            subprocess.run(
                self._command(port), env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL, check=False
            )
        # the command leaves a daemon behind, which first writes its pid and then listens
        wait_until(lambda: self._note() or not self.process_record.living(), START_S)
        wait_until(lambda: self.answers(port) or not self.process_record.living(), START_S)
        if not self.answers(port):
            raise self.failure(f"did not start on port {port}")

    def _note(self) -> bool:
        """Record the process if it has written its pid; returns whether it has."""
        try:
            pid = int(self._pid_file.read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return False
        self.process_record.set_process(pid)
        return True

    def _command(self, port: int) -> list[str]:
        # calls the function, since running the module would emit a warning: its package imports it already
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
