"""A home for simulated data: emptied and filled by one command at a time, or continued."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from belib_platform.files.locks import Taken, is_taken, lock
from belib_platform.local.errors import StoresError
from belib_platform.local.home import LOCKS, Home
from belib_platform.local.simulated import SimulatedParis, mark_simulated, paris_of
from belib_platform.local.supervision import end_programs
from belib_platform.local.up_lock import blocking_up
from belib_platform.settings import SIMULATED_MARK, Settings

DEMO = "demo.lock"

UNFINISHED_MARK = f".{SIMULATED_MARK}.part"
"""Temporary file left by a command that was killed while it marked the home."""


@contextmanager
def simulated_home(settings: Settings, drawn: SimulatedParis) -> Iterator[None]:
    """Empty the home, and exclude other commands that fill it while the block runs.

    Raises StoresError, and changes nothing, if the folder has no mark of simulated data or another command uses it.
    """
    home = settings.home
    _refuse_foreign(home)
    with ExitStack() as locks:
        try:
            locks.enter_context(lock(home / DEMO, wait=False))
        except Taken:
            raise StoresError(f"Another `belib demo` runs in {home}; this one changed nothing.") from None
        with blocking_up(home):
            end_programs(home.resolve())  # a killed `belib up` leaves programs running, which still write
            if not Home(home).clear(keep=(SIMULATED_MARK, DEMO)):
                raise StoresError(f"Another belib command uses {home}; nothing in it was changed.")
            mark_simulated(settings, drawn)
        yield


def continue_home(settings: Settings, new: SimulatedParis) -> SimulatedParis:
    """Mark the home as simulated; returns the simulation to continue: the one it is marked with, else `new`.

    Raises StoresError, and changes nothing, if the folder has files but no mark, or while `belib demo` fills it.
    """
    home = settings.home
    _refuse_foreign(home)
    if (home / DEMO).exists() and is_taken(home / DEMO):
        raise StoresError(f"`belib demo` runs in {home}; wait until it has ended.")
    drawn = paris_of(settings) or new
    mark_simulated(settings, drawn)
    return drawn


def _refuse_foreign(home: Path) -> None:
    if home.is_symlink() or (home.exists() and not home.is_dir()):
        raise StoresError(f"{home} is a link or a file, but a folder is needed there. Move or remove it.")
    content = {path.name for path in home.iterdir()} - {*LOCKS, DEMO, UNFINISHED_MARK} if home.exists() else set()
    mark = home / SIMULATED_MARK
    if content and not (mark.is_file() and not mark.is_symlink()):
        some = ", ".join(sorted(content)[:3])
        raise StoresError(
            f"{home} contains {some} but no file {SIMULATED_MARK}. Its data may be real, so nothing was changed."
        )
