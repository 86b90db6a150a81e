"""The user that PostgreSQL runs as, since it refuses to run as root."""

import os
import pwd
import stat
import subprocess
from pathlib import Path

from belib_platform.local.errors import StoresError

SYSTEM_USER = "belib-postgres"


def server_user() -> pwd.struct_passwd | None:
    """None where the current user will do; for root a system user that owns nothing else, made when absent.

    Raises StoresError when it cannot be made.
    """
    if os.geteuid() != 0:
        return None
    if not _exists(SYSTEM_USER):
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if not _exists(SYSTEM_USER):  # another process may have been faster
            raise StoresError(f"PostgreSQL does not run as root, and its user cannot be made: {made.stderr.strip()}")
    return pwd.getpwnam(SYSTEM_USER)


def give(path: Path, user: pwd.struct_passwd | None) -> None:
    """Give the path to the user."""
    if user is not None:
        os.chown(path, user.pw_uid, user.pw_gid)


def let_through(path: Path, user: pwd.struct_passwd | None) -> None:
    """For another user: let all pass through, not list, the folders that lead to the path."""
    for folder in path.parents if user is not None else ():
        mode = stat.S_IMODE(folder.stat().st_mode)
        if not mode & stat.S_IXOTH:
            folder.chmod(mode | stat.S_IXOTH)


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
