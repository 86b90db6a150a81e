"""The system user for PostgreSQL, which refuses to run as root."""

import os
import pwd
import stat
import subprocess
from pathlib import Path

from belib_platform.local.errors import StoresError

SYSTEM_USER = "belib-postgres"


def server_user() -> pwd.struct_passwd | None:
    """For root, a dedicated system user, created if necessary; None for any other current user.

    Raises StoresError if it cannot be created.
    """
    if os.geteuid() != 0:
        return None
    if not _exists(SYSTEM_USER):
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if not _exists(SYSTEM_USER):  # another process may have created it at the same time
            why = made.stderr.strip()
            raise StoresError(f"PostgreSQL does not run as root, and a user for it cannot be created: {why}")
    return pwd.getpwnam(SYSTEM_USER)


def give(path: Path, user: pwd.struct_passwd | None) -> None:
    """Make the user the owner of the path."""
    if user is not None:
        os.chown(path, user.pw_uid, user.pw_gid)


def allow_traversal(path: Path, user: pwd.struct_passwd | None) -> None:
    """Let another user traverse, but not list, the folders above the path."""
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
