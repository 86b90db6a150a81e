"""Which processes use a home: those that have its locks open."""

from pathlib import Path

import psutil


def holders(lock: Path) -> list[int]:
    """Pids of this user's processes that have the file of a lock open, as whoever holds or awaits it has."""
    path, found = str(lock.resolve()), psutil.process_iter(["open_files"])
    return [process.pid for process in found if path in {file.path for file in process.info["open_files"] or []}]


def named(pids: list[int]) -> str:
    """`process 12` or `processes 12, 13`."""
    return f"process{'es' if len(pids) > 1 else ''} {', '.join(map(str, pids))}"
