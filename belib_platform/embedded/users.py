"""Which processes use a home: those that have its locks open."""

from pathlib import Path

import psutil


def holders(lock: Path) -> list[int]:
    """Pids of this user's processes that have the file of a lock (absolute) open, as who holds or awaits it has."""
    found = psutil.process_iter(["open_files"])
    return [process.pid for process in found if _has_open(process.info["open_files"] or [], lock)]


def named(pids: list[int]) -> str:
    """`process 12` or `processes 12, 13`."""
    return f"process{'es' if len(pids) > 1 else ''} {', '.join(map(str, pids))}"


def _has_open(files: list[tuple[str, int]], path: Path) -> bool:
    return any(file[0] == str(path) for file in files)
