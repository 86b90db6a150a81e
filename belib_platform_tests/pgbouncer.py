"""PgBouncer in transaction mode in front of a PostgreSQL server: every transaction may get another session."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import psycopg
import pytest

from belib_platform.local.ports import LOOPBACK, any_free
from belib_platform.local.processes import wait_until
from belib_platform.local.system_user import allow_traversal, give, server_user

PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")

needs_pgbouncer = pytest.mark.skipif(PROGRAM is None, reason="no PgBouncer on this machine (Debian: pgbouncer)")

SESSIONS = 4
"""Of a user in a database: fewer than there are clients in a test, so that they share."""

INI = """\
[databases]
* = host={host} port={port} user={user} password='{password}'
[pgbouncer]
listen_addr = {loopback}
listen_port = {listen_port}
auth_type = any
pool_mode = transaction
default_pool_size = {sessions}
server_round_robin = 1
unix_socket_dir =
"""
"""Round robin, so that what one transaction left in a session meets the next one."""


@contextmanager
def pooled(url: str, databases: str = "*") -> Iterator[str]:
    """The URL by way of a pooler that logs everybody in as the URL's user, and serves these databases only."""
    parts, port, user = urlsplit(url), any_free(), server_user()  # it does not run as root, either
    with tempfile.TemporaryDirectory(prefix="pgbouncer-") as folder:
        configuration = Path(folder) / "pgbouncer.ini"
        text = INI.replace("*", databases, 1).format(
            host=parts.hostname,
            port=parts.port or 5432,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or "").replace("'", "''"),
            loopback=LOOPBACK,
            listen_port=port,
            sessions=SESSIONS,
        )
        configuration.write_text(text, encoding="utf-8")
        for path in (Path(folder), configuration):
            give(path, user)
        allow_traversal(configuration, user)
        log = Path(folder) / "log"
        with log.open("wb") as output, _running(configuration, output, user and user.pw_uid) as process:
            through = urlunsplit(parts._replace(netloc=f"{parts.username}@{LOOPBACK}:{port}"))
            wait_until(lambda: process.poll() is not None or _answers(through), 300)
            assert process.poll() is None, log.read_text(encoding="utf-8")
            yield through


@contextmanager
def _running(configuration: Path, output: object, user: int | None) -> Iterator["subprocess.Popen[bytes]"]:
    assert PROGRAM is not None, "PgBouncer is not on this machine"
    command = [PROGRAM, "-q", str(configuration)]
    with subprocess.Popen(command, stdout=output, stderr=output, user=user) as process:  # type: ignore[call-overload]
        try:
            yield process
        finally:
            process.kill()


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
