"""An interactive SQL shell on the warehouse: pgcli or psql."""

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
    """Neither pgcli nor psql is installed."""


def shell(url: str) -> int:
    """Run the shell until the user leaves it; returns its exit code.

    Uses pgcli if it is installed, else psql on the PATH, else the psql of the local server. Raises NoShellError if
    there is none.
    """
    program = _program()
    variables = {**os.environ, "TZ": "UTC"}  # pgcli would show times in the machine's zone
    parts = urlsplit(url)
    if parts.password is not None:
        variables["PGPASSWORD"] = unquote(parts.password)  # every user of the machine can see arguments
        login = parts.netloc.rpartition("@")[0].partition(":")[0]
        parts = parts._replace(netloc=f"{login}@{parts.netloc.rpartition('@')[2]}")
    before = signal.signal(signal.SIGINT, lambda *_: None)  # Ctrl-C is for the query in the shell
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
            "Neither pgcli nor psql is installed: install belib-platform[shell], or use belib sql 'SELECT …'."
        )
    return [psql]


def _local_psql() -> str | None:
    try:
        return shutil.which(binaries() / "psql")
    except StoresError:
        return None
