"""A home for simulated history that begins empty, and that one command at a time makes."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from belib_platform.embedded.errors import StoresError
from belib_platform.embedded.home import LOCKS, Home
from belib_platform.embedded.locks import Taken, lock
from belib_platform.embedded.simulated import MARK, mark_simulated
from belib_platform.embedded.supervision import end_programs
from belib_platform.embedded.up_lock import without_up
from belib_platform.settings import Settings

DEMO = "demo.lock"


@contextmanager
def simulated_home(settings: Settings) -> Iterator[None]:
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
        _empty(settings)
        yield


def _empty(settings: Settings) -> None:
    with without_up(settings.home):
        end_programs(settings.home.resolve())  # a killed `belib up` leaves programs that still write
        if not Home(settings.home).clear(keep=(MARK, DEMO)):
            raise StoresError(f"Another belib command uses {settings.home}; nothing in it was changed.")
        mark_simulated(settings)


def _refuse_foreign(home: Path) -> None:
    if home.is_symlink() or (home.exists() and not home.is_dir()):
        raise StoresError(f"{home} is no folder of its own, and its place is needed; move it or remove it.")
    content = {path.name for path in home.iterdir()} - {*LOCKS, DEMO} if home.exists() else set()
    mark = home / MARK
    if content and not (mark.is_file() and not mark.is_symlink()):
        some = ", ".join(sorted(content)[:3])
        raise StoresError(f"{home} holds {some} and no file {MARK}: it is nobody's demo, so nothing in it was changed.")
