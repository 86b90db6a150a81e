"""Records of the processes of a home, since a pid or a path among arguments could also be another program's."""

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil

from belib_platform.local.errors import StoresError
from belib_platform.local.processes import wait_until

FOLDER = "processes"
MARK = "STARTED_BY_BELIB"
"""The environment variable with which a recorded process is started, and which its descendants inherit."""

KILL_TIMEOUT_S = 30.0
"""By then a killed process has ended even on a busy machine."""

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
PID_NAMESPACE = Path("/proc/self/ns/pid")


class ProcessRecord:
    """The process of one name in a home, and its descendants.

    The record contains pid, executable, start time, machine and home. So neither a reused pid nor a record of another
    machine, container or copy of the home identifies a wrong process. Processes whose start was interrupted before
    they were recorded, and code servers and runs of a program that has ended, are identified by the mark in their
    environment.
    """

    def __init__(self, home: Path, name: str) -> None:
        self.name = name
        self._home = home
        self._file = home / FOLDER / f"{name}.json"

    def prepare_start(self) -> dict[str, str]:
        """The environment variable to start the process with; it is recorded first."""
        mark = self._read().get("mark", uuid4().hex)
        self._write({"mark": mark})
        return {MARK: mark}

    def set_process(self, pid: int) -> None:
        """Record the process; does nothing if it has already ended."""
        try:
            process = psutil.Process(pid)
            found = {"pid": pid, "executable": process.exe(), "started_s": _start_of(process), "place": _machine()}
        except psutil.NoSuchProcess:
            return
        self._write({**self._read(), **found})

    def process(self) -> psutil.Process | None:
        """The recorded process; None if it does not run."""
        note = self._read()
        if not note or "pid" not in note or note.get("place") != _machine():
            return None
        try:
            process = psutil.Process(note["pid"])
            if _start_of(process) != note["started_s"] or process.status() == psutil.STATUS_ZOMBIE:
                return None
            return process if _may_run(process, note["executable"]) else None
        except psutil.NoSuchProcess:
            return None

    @property
    def is_from_elsewhere(self) -> bool:
        """Whether the record is from another machine, container or boot, so that its process cannot be seen here."""
        return bool(self._read().get("place", _machine()) != _machine())

    def forget(self) -> None:
        """Remove the process from the record; the mark stays."""
        self._write({"mark": self._read()["mark"]})

    def has_argument(self, argument: str) -> bool:
        """Whether the recorded process runs and has this argument."""
        main = self.process()
        try:
            return main is not None and argument in main.cmdline()
        except psutil.NoSuchProcess:
            return False

    def living(self) -> list[psutil.Process]:
        """The recorded process, if it runs, and running processes that inherited its mark."""
        mark, main = self._read().get("mark"), self.process()
        if mark is None:
            return [main, *_children(main)] if main else []
        marked = [p for p in psutil.process_iter(["environ"]) if (p.info["environ"] or {}).get(MARK) == mark]
        return [*([main] if main else []), *(process for process in marked if process != main)]

    def end(self, grace_s: float = 10.0) -> list[psutil.Process]:
        """Terminate all of them, and kill those that still run after `grace_s` seconds; returns the processes.

        Raises StoresError if one cannot be ended.
        """
        asked = self.living()
        self._signal(asked, psutil.Process.terminate)
        if not wait_until(lambda: not self.living(), grace_s):
            self._signal(self.living(), psutil.Process.kill)
            if not wait_until(lambda: not self.living(), KILL_TIMEOUT_S):
                raise StoresError(f"{self.name} was killed but still runs; `belib status` shows its processes.")
        return asked

    def kill(self) -> None:
        """Kill all of them and their children. Raises StoresError if one cannot be ended."""
        children = [child for process in self.living() for child in _children(process)]
        self._signal(self.living(), psutil.Process.kill)
        self._signal(children, psutil.Process.kill)
        psutil.wait_procs(children, timeout=10)
        self.end()

    def _signal(self, processes: list[psutil.Process], send: Callable[[psutil.Process], None]) -> None:
        for process in processes:
            try:
                send(process)
            except psutil.NoSuchProcess:
                continue
            except psutil.AccessDenied:
                raise StoresError(
                    f"{self.name} (process {process.pid}) belongs to another user, who must end it."
                ) from None

    def _read(self) -> dict[str, Any]:
        """The record; empty if there is none, without pid if it was copied with another home."""
        try:
            note = json.loads(self._file.read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return note if note.get("home") == self._home.stat().st_ino else {"home": None}

    def _write(self, note: dict[str, Any]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps({**note, "home": self._home.stat().st_ino}), encoding="utf-8")
        fresh.replace(self._file)


def _children(process: psutil.Process) -> list[psutil.Process]:
    found: list[psutil.Process] = []
    with suppress(psutil.NoSuchProcess):
        found = process.children(recursive=True)
    return found


def _may_run(process: psutil.Process, executable: str) -> bool:
    """Whether the process runs the executable; true if this user may not see that."""
    try:
        return bool(process.exe() == executable)
    except psutil.AccessDenied:
        return True


def _start_of(process: psutil.Process) -> float:
    """Start time; on Linux in seconds since boot, since there the epoch time changes when the clock is set."""
    return round(float(process.create_time()) - (float(psutil.boot_time()) if psutil.LINUX else 0), 2)


def _machine() -> str:
    """Identifies the boot of the machine, and the container, within which a pid is valid; empty if unknown."""
    if not BOOT_ID.exists():
        return ""
    return f"{BOOT_ID.read_text(encoding='ascii').strip()} {PID_NAMESPACE.readlink()}"
