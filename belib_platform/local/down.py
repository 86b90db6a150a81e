"""`belib down`: stop everything that runs on a home."""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from belib_platform.local.errors import StoresError
from belib_platform.local.home import MEMBERS, Home
from belib_platform.local.processes import holders, named, wait_until
from belib_platform.local.supervision import end_programs
from belib_platform.local.up_lock import NAME, find_running_up, is_still_running, is_up_locked
from belib_platform.settings import Settings

STOP_S = 120.0


def down(settings: Settings, say: Callable[[str], None]) -> None:
    """Stop the home's `belib up` and everything that a killed one left running; `say` prints messages for the user.

    Raises StoresError if a process cannot be ended, or if another command still uses the home.
    """
    home = Home(settings.home)
    _stop_up(home.folder, say)
    for ended in end_programs(home.folder):
        say(f"Ended a program left by a killed `belib up`: {ended}.")
    if not home.stop_unused():
        raise StoresError(
            f"Another belib command{_who(home.folder / MEMBERS)} uses {home.folder}; its servers stop when it ends."
        )
    say(f"Nothing runs on {home.folder}.")


def _stop_up(home: Path, say: Callable[[str], None]) -> None:
    running = find_running_up(home)
    if running is None:
        if is_up_locked(home):
            raise StoresError(f"Another belib command{_who(home / NAME)} is preparing {home}; try again later.")
        return
    say(f"Stopping `belib up` (process {running.pid}).")
    with suppress(ProcessLookupError):  # it may have ended in the meantime
        os.kill(running.pid, signal.SIGTERM)
    if not wait_until(lambda: not is_still_running(running, home), STOP_S):
        raise StoresError(f"`belib up` (process {running.pid}) did not stop within {STOP_S:.0f} seconds.")


def _who(lock: Path) -> str:
    """Pids of the processes that have the lock, if this user may see them."""
    found = holders(lock)
    return f" ({named(found)})" if found else ""
