"""An interactive shell on the warehouse: a program that others keep well."""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from urllib.parse import unquote, urlsplit, urlunsplit

from belib_platform.local.errors import StoresError
from belib_platform.local.postgres import binaries


class NoShellError(Exception):
    """No program is there that could be the shell."""


def shell(url: str) -> int:
    """Let the user type queries, until they leave it; returns the program's exit code.

    It is pgcli where that is installed, else the psql on the PATH, else the one that comes with the local server.
    Raises NoShellError where there is none.
    """
    program = _program()
    variables = {**os.environ, "TZ": "UTC"}  # pgcli would show times in the machine's zone
    parts = urlsplit(url)
    if parts.password is not None:
        variables["PGPASSWORD"] = unquote(parts.password)  # arguments can be seen by every user of the machine
        login = parts.netloc.rpartition("@")[0].partition(":")[0]
        parts = parts._replace(netloc=f"{login}@{parts.netloc.rpartition('@')[2]}")
    before = signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C is for the query that runs in the shell
    try:
        return subprocess.run([*program, urlunsplit(parts)], env=variables, check=False).returncode
    finally:
        signal.signal(signal.SIGINT, before)


def _program() -> list[str]:
    if importlib.util.find_spec("pgcli"):
        return [sys.executable, "-m", "pgcli"]
    psql = shutil.which("psql") or _local_psql()
    if psql is None:
        raise NoShellError(
            "There is neither pgcli nor psql: install belib-platform[shell], or give the query: belib sql 'SELECT …'."
        )
    return [psql]


def _local_psql() -> str | None:
    try:
        return shutil.which(binaries() / "psql")
    except StoresError:
        return None
