"""`belib down`: what runs on a home is stopped, whoever started it."""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from belib_platform.local.errors import StoresError
from belib_platform.local.home import MEMBERS, Home
from belib_platform.local.processes import wait_until
from belib_platform.local.supervision import end_programs
from belib_platform.local.up_lock import NAME, is_held, is_still, running_up
from belib_platform.local.users import holders, named
from belib_platform.settings import Settings

STOP_S = 120.0


def down(settings: Settings, say: Callable[[str], None]) -> None:
    """Stop the `up` of the home, and whatever a killed one left; `say` is given what the user should read.

    Raises StoresError when the `up` does not stop, when something cannot be ended, or when another command still uses
    the home.
    """
    home = Home(settings.home)
    _stop_up(home.folder, say)
    for ended in end_programs(home.folder):
        say(f"Ended what a killed `belib up` had left: {ended}.")
    if not home.stop_unused():
        raise StoresError(
            f"Another belib command{_who(home.folder / MEMBERS)} uses {home.folder}; what it needs stops when it ends."
        )
    say(f"Nothing runs on {home.folder}.")


def _stop_up(home: Path, say: Callable[[str], None]) -> None:
    running = running_up(home)
    if running is None:
        if is_held(home):
            raise StoresError(f"Another belib command{_who(home / NAME)} prepares {home}; try again when it has.")
        return
    say(f"Stopping `belib up` (process {running.pid}).")
    with suppress(ProcessLookupError):  # it may just have ended
        os.kill(running.pid, signal.SIGTERM)
    if not wait_until(lambda: not is_still(running, home), STOP_S):
        raise StoresError(f"`belib up` (process {running.pid}) did not stop within {STOP_S:.0f} seconds.")


def _who(lock: Path) -> str:
    """The pids of those who have the lock, where this user may see them."""
    found = holders(lock)
    return f" ({named(found)})" if found else ""
