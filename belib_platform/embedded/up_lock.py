"""The lock that a running `belib up` holds for its life, with a note of where it is."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from belib_platform.embedded.errors import StoresError
from belib_platform.embedded.locks import Taken, is_taken, lock
from belib_platform.embedded.processes import wait_until

NAME = "up.lock"


@dataclass(frozen=True)
class RunningUp:
    """A `belib up`: its process, and the address of Dagster's UI."""

    pid: int
    url: str


@contextmanager
def only_up(home: Path, url: str) -> Iterator[None]:
    """Be the one `belib up` of the home for the time of the block; raises StoresError when there is one."""
    with without_up(home) as file:
        file.truncate(0)
        file.write(json.dumps(asdict(RunningUp(os.getpid(), url))))
        file.flush()
        yield


@contextmanager
def without_up(home: Path) -> Iterator[IO[str]]:
    """Keep every other `belib up` from the home for the time of the block; raises StoresError when one runs."""
    try:
        with lock(_file(home), wait=False) as file:
            yield file
    except Taken:
        running = running_up(home)
        where = f" at {running.url}" if running else ""
        raise StoresError(f"`belib up` already runs for {home}{where}; `belib down` stops it.") from None


def running_up(home: Path) -> RunningUp | None:
    """The `belib up` of the home, known by its lock; None when nobody holds it. Reads only."""
    found: list[RunningUp] = []
    file = _file(home)
    if not file.exists() or not is_taken(file):
        return None
    # Whoever has just taken the lock may not have written its note yet.
    wait_until(lambda: not is_taken(file) or _read(file, found), timeout_s=2.0)
    return found[0] if found else None


def _file(home: Path) -> Path:
    return home / NAME


def _read(file: Path, found: list[RunningUp]) -> bool:
    try:
        found.append(RunningUp(**json.loads(file.read_text(encoding="utf-8"))))
    except json.JSONDecodeError:
        return False
    return True
