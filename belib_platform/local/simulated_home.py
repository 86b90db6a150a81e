"""A home for simulated history: begun empty by one command at a time, or gone on with."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from belib_platform.files.locks import Taken, is_taken, lock
from belib_platform.local.errors import StoresError
from belib_platform.local.home import LOCKS, Home
from belib_platform.local.simulated import Drawn, drawn_in, mark_simulated
from belib_platform.local.supervision import end_programs
from belib_platform.local.up_lock import without_up
from belib_platform.settings import SIMULATED_MARK, Settings

DEMO = "demo.lock"

HALF_MARKED = f".{SIMULATED_MARK}.part"
"""What a command leaves that was killed while it marked the home."""


@contextmanager
def simulated_home(settings: Settings, drawn: Drawn) -> Iterator[None]:
    """Empty the home, and be the one command that fills it for the time of the block.

    Raises StoresError, with everything left as it is, when the folder is not one that this function once made, or when
    any command uses it.
    """
    home = settings.home
    _refuse_foreign(home)
    with ExitStack() as held:
        try:
            held.enter_context(lock(home / DEMO, wait=False))
        except Taken:
            raise StoresError(f"Another `belib demo` runs in {home}; this one changed nothing.") from None
        _empty(settings, drawn)
        yield


def continued_home(settings: Settings, new: Drawn) -> Drawn:
    """Mark the home as simulated, and return which Paris goes on in it: the one it is marked with, else the new one.

    Raises StoresError, with everything left as it is, when the folder holds what is not marked, or while a demo makes
    it.
    """
    home = settings.home
    _refuse_foreign(home)
    if (home / DEMO).exists() and is_taken(home / DEMO):
        raise StoresError(f"`belib demo` runs in {home}; wait until it has ended.")
    drawn = drawn_in(settings) or new
    mark_simulated(settings, drawn)
    return drawn


def _empty(settings: Settings, drawn: Drawn) -> None:
    with without_up(settings.home):
        end_programs(settings.home.resolve())  # a killed `belib up` leaves programs that still write
        if not Home(settings.home).clear(keep=(SIMULATED_MARK, DEMO)):
            raise StoresError(f"Another belib command uses {settings.home}; nothing in it was changed.")
        mark_simulated(settings, drawn)


def _refuse_foreign(home: Path) -> None:
    if home.is_symlink() or (home.exists() and not home.is_dir()):
        raise StoresError(f"{home} is no folder of its own, and its place is needed; move it or remove it.")
    content = {path.name for path in home.iterdir()} - {*LOCKS, DEMO, HALF_MARKED} if home.exists() else set()
    mark = home / SIMULATED_MARK
    if content and not (mark.is_file() and not mark.is_symlink()):
        some = ", ".join(sorted(content)[:3])
        raise StoresError(
            f"{home} holds {some} and no file {SIMULATED_MARK}: its history may be real, so nothing in it was changed."
        )
