"""Processes of a home, known by the notes of their start: a pid alone, or a path among arguments, may be anyone's."""

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil

from belib_platform.local.before_notes import started_before_notes
from belib_platform.local.errors import StoresError
from belib_platform.local.processes import wait_until

FOLDER = "processes"
MARK = "STARTED_BY_BELIB"
"""The variable that a noted process is started with, and that all it starts inherit."""

KILLED_S = 30.0
"""A process that was killed is gone by then, also on a busy machine."""

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
PID_NAMESPACE = Path("/proc/self/ns/pid")


class Noted:
    """The process that runs under one name for a home, and what it started.

    The note holds its pid, executable, start time and place, so that neither a reused pid nor another machine's or
    container's note names a stranger; it is of no use in a copy of the home. A start that broke off before it was
    noted, and the code servers and runs of a program that is dead, are known by the mark in their environment.
    """

    def __init__(self, home: Path, name: str) -> None:
        self.name = name
        self._home = home
        self._file = home / FOLDER / f"{name}.json"

    def starting(self) -> dict[str, str]:
        """The variable to start the process with; it is noted first."""
        mark = self._read().get("mark", uuid4().hex)
        self._write({"mark": mark})
        return {MARK: mark}

    def started(self, pid: int) -> None:
        """Note the process; one that has ended already leaves the note as it is."""
        try:
            process = psutil.Process(pid)
            found = {"pid": pid, "executable": process.exe(), "started_s": _start_of(process), "place": _place()}
        except psutil.NoSuchProcess:
            return
        self._write({**self._read(), **found})

    def main(self) -> psutil.Process | None:
        """The noted process, while it lives."""
        note = self._read()
        if not note:
            return started_before_notes(self._home, self.name)
        if "pid" not in note or note.get("place") != _place():
            return None
        try:
            process = psutil.Process(note["pid"])
            if _start_of(process) != note["started_s"] or process.status() == psutil.STATUS_ZOMBIE:
                return None
            return process if _may_run(process, note["executable"]) else None
        except psutil.NoSuchProcess:
            return None

    @property
    def is_elsewhere(self) -> bool:
        """Whether the note is another machine's or container's, or of a boot before: then nobody here sees it live."""
        return bool(self._read().get("place", _place()) != _place())

    def forget(self) -> None:
        """Forget the process, which cannot live any more; the mark stays."""
        self._write({"mark": self._read()["mark"]})

    def was_given(self, argument: str) -> bool:
        """Whether the noted process lives and has this argument."""
        main = self.main()
        try:
            return main is not None and argument in main.cmdline()
        except psutil.NoSuchProcess:
            return False

    def living(self) -> list[psutil.Process]:
        """The noted process, while it lives, and those that inherited its mark."""
        mark, main = self._read().get("mark"), self.main()
        if mark is None:
            return [main, *_children(main)] if main else []
        marked = [p for p in psutil.process_iter(["environ"]) if (p.info["environ"] or {}).get(MARK) == mark]
        return [*([main] if main else []), *(process for process in marked if process != main)]

    def end(self, grace_s: float = 10.0) -> list[psutil.Process]:
        """End what lives: ask first, kill what lives on after `grace_s` seconds; returns what was asked.

        Raises StoresError when something cannot be ended.
        """
        asked = self.living()
        self._signal(asked, psutil.Process.terminate)
        if not wait_until(lambda: not self.living(), grace_s):
            self._signal(self.living(), psutil.Process.kill)
            if not wait_until(lambda: not self.living(), KILLED_S):
                raise StoresError(f"{self.name} was killed and does not end; `belib status` names its processes.")
        return asked

    def kill(self) -> None:
        """End what lives and its children at once. Raises StoresError when something cannot be ended."""
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
                    f"{self.name} (process {process.pid}) is another user's: only they can end it."
                ) from None

    def _read(self) -> dict[str, Any]:
        """The note of this folder; none when there is none, or when it came with a copy of another home."""
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
    """Whether it runs the executable, as far as this user may see."""
    try:
        return bool(process.exe() == executable)
    except psutil.AccessDenied:
        return True


def _start_of(process: psutil.Process) -> float:
    """When it started: on Linux in seconds since the boot, since there its epoch time moves when the clock is set."""
    return round(float(process.create_time()) - (float(psutil.boot_time()) if psutil.LINUX else 0), 2)


def _place() -> str:
    """Where a pid means something: which boot of which machine, and which container, as far as the system tells."""
    if not BOOT_ID.exists():
        return ""
    return f"{BOOT_ID.read_text(encoding='ascii').strip()} {PID_NAMESPACE.readlink()}"
