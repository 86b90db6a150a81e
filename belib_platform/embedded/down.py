"""`belib down`: what runs on a home is stopped, whoever started it."""

import os
import signal
from collections.abc import Callable

from belib_platform.embedded.dagster_home import workspace_of
from belib_platform.embedded.errors import StoresError
from belib_platform.embedded.home import Home
from belib_platform.embedded.processes import end, wait_until
from belib_platform.embedded.up_lock import running_up
from belib_platform.embedded.urls import dagster_home
from belib_platform.settings import Settings

STOP_S = 120.0


def down(settings: Settings, say: Callable[[str], None]) -> None:
    """Stop the `up` of the home, and whatever a killed one left; `say` is given what the user should read.

    Raises StoresError when the `up` does not stop, or when another command still uses the servers.
    """
    home = Home(settings.home)
    running = running_up(home.folder)
    if running is not None:
        say(f"Stopping `belib up` (process {running.pid}).")
        os.kill(running.pid, signal.SIGTERM)
        if not wait_until(lambda: running_up(home.folder) != running, STOP_S):
            raise StoresError(f"`belib up` (process {running.pid}) did not stop within {STOP_S:.0f} seconds.")
    end(workspace_of(dagster_home(settings)))
    if not home.stop_unused():
        raise StoresError("Another belib command still uses the local servers; they stop when it ends.")
    say(f"Nothing runs on {home.folder}.")
