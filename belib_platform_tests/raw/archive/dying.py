"""What a process of its own does: archive, retire or restore one day, killed before its n-th step.

Steps are what it does to files below the folder, and its writes to MongoDB.
"""

import os
import signal
import sys
from datetime import date
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from belib_platform.raw.archive import retiring
from belib_platform.raw.archive.archive import Archive, archive_day
from belib_platform.raw.archive.restoring import restore_day
from belib_platform.raw.store import RawStore

WRITES = {"insert", "update", "delete"}
FILE_STEPS = {"open", "os.rename", "os.remove"}

WORK = {"archive": archive_day, "retire": retiring.retire_day, "restore": restore_day}


class Steps(CommandListener):
    """Counts down, and kills this process before the step that is due."""

    def __init__(self, folder: str, left: int) -> None:
        self.folder, self.left = folder, left

    def audit(self, event: str, arguments: tuple[Any, ...]) -> None:
        """A step of the interpreter's: is it one on a file of ours?"""
        if event in FILE_STEPS and str(arguments[0]).startswith(self.folder):
            self.step()

    def started(self, event: CommandStartedEvent) -> None:
        """A command is about to be sent."""
        if event.command_name in WRITES:
            self.step()

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Nothing to count."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Nothing to count."""

    def step(self) -> None:
        """One step less to live."""
        self.left -= 1
        if self.left < 0:
            os.kill(os.getpid(), signal.SIGKILL)


def work_until_killed(work: str, url: str, folder: str, day: date, left: int) -> None:
    """Work until the step that is one too many."""
    steps = Steps(folder, left)
    retiring.AT_ONCE = 3
    client: MongoClient[dict[str, Any]] = MongoClient(url, tz_aware=True, event_listeners=[steps])
    sys.addaudithook(steps.audit)
    with client:
        WORK[work](Archive(Path(folder)), RawStore(client.get_default_database()), day)
