"""The lock that a running `belib up` holds, with its pid and URLs."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from belib_platform.files.locks import Taken, is_taken, lock
from belib_platform.local.errors import StoresError
from belib_platform.local.processes import holders, wait_until

NAME = "up.lock"


@dataclass(frozen=True)
class RunningUp:
    """A running `belib up`: its pid, the URL of Dagster's UI, and that of the read API, if it serves it."""

    pid: int
    url: str
    api_url: str | None = None


@contextmanager
def holding_up_lock(home: Path, url: str, api_url: str | None = None) -> Iterator[None]:
    """Hold the lock as the home's only `belib up` during the block. Raises StoresError if another one runs."""
    with blocking_up(home) as file:
        file.truncate(0)
        file.write(json.dumps(asdict(RunningUp(os.getpid(), url, api_url))))
        file.flush()
        yield


@contextmanager
def blocking_up(home: Path) -> Iterator[IO[str]]:
    """Prevent any `belib up` of the home during the block. Raises StoresError if one runs."""
    try:
        with lock(_file(home), wait=False) as file:
            yield file
    except Taken:
        running = find_running_up(home)
        where = f" at {running.url}" if running else ""
        raise StoresError(f"`belib up` already runs for {home}{where}; `belib down` stops it.") from None


def find_running_up(home: Path) -> RunningUp | None:
    """The running `belib up` of the home, identified by its lock and its open file; None if none runs. Reads only."""
    found: list[RunningUp] = []
    # A process that has just taken the lock may not have written its pid yet; the file may have that of a killed one.
    wait_until(lambda: not is_up_locked(home) or _read(home, found), timeout_s=2.0)
    return found[0] if found else None


def is_up_locked(home: Path) -> bool:
    """Whether `belib up`, or a command that prevents it, holds the lock."""
    return _file(home).exists() and is_taken(_file(home))


def is_still_running(running: RunningUp, home: Path) -> bool:
    """Whether the same `belib up` still runs."""
    return is_up_locked(home) and _note(home) == running


def _file(home: Path) -> Path:
    return home / NAME


def _read(home: Path, found: list[RunningUp]) -> bool:
    note = _note(home)
    if note is None or note.pid not in holders(_file(home)):
        return False
    found.append(note)
    return True


def _note(home: Path) -> RunningUp | None:
    try:
        return RunningUp(**json.loads(_file(home).read_text(encoding="utf-8")))
    except json.JSONDecodeError:
        return None
