"""Follow a file of watches on the warehouse that the settings name or that runs on the home."""

import asyncio
import hashlib
import logging
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from belib_platform.files.locks import Taken, lock
from belib_platform.local.reader_url import reader_url
from belib_platform.settings import Settings
from belib_platform.watching.reading import reader
from belib_platform.watching.watch import Watch
from belib_platform.watching.watch_file import WatchFileError, read_watches
from belib_platform.watching.watcher import Watcher

FOLDER = "watches"
"""Folder of a home with what is remembered of each file of watches."""

PAUSE_S = 1.0
"""Pause between two looks into the outbox."""


def watch(settings: Settings, path: Path, say: Callable[[str], None]) -> None:
    """Follow the watches of a file until SIGINT, SIGTERM or SIGHUP; `say` is given what is found and told.

    The warehouse is read with a role that cannot write. Raises WatchFileError if the file cannot be used or another
    process follows it, OSError if it cannot be opened, StoresError when a local server does not start, and
    NoReaderError when no such role is known.
    """
    watches, state_file = read_watches(path), state_file_of(settings.home, path)
    # of each attempt to connect; that PostgreSQL is away is said once, in a sentence
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
    try:
        with lock(state_file.with_suffix(".lock"), wait=False), reader_url(settings) as url:
            say(f"Watches of {path}: {len(watches)}. Press Ctrl-C to stop.")
            asyncio.run(_follow(settings, url, watches, state_file, say))
    except Taken:
        raise WatchFileError(f"{path} is followed by another process already.") from None


def state_file_of(home: Path, path: Path) -> Path:
    """Where a home keeps what is remembered of a file of watches; files of different folders can have one name.

    Links are not followed: what they lead to may be replaced as a whole, as Kubernetes does with a ConfigMap.
    """
    absolute = os.path.abspath(path)  # noqa: PTH100 - resolve() follows links
    folder = hashlib.blake2b(os.fsencode(absolute), digest_size=4).hexdigest()
    return home / FOLDER / f"{path.stem}-{folder}.json"


async def _follow(
    settings: Settings, url: str, watches: Sequence[Watch], state_file: Path, say: Callable[[str], None]
) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with reader(settings, url) as warehouse:
        watcher = Watcher(watches, state_file, warehouse, settings.gap_limit, say)
        while not stop.is_set():
            await watcher.step()
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), PAUSE_S)
