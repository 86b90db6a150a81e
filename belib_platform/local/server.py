"""What the local servers have in common."""

import importlib.util
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

from belib_platform.local.errors import StoresError
from belib_platform.local.process_record import ProcessRecord


class Server(ABC):
    """A local server: its log, its process, and how it is started and stopped; `home` is an absolute path."""

    name: ClassVar[str]
    log_name: ClassVar[str]

    def __init__(self, home: Path) -> None:
        self.log = home / "logs" / self.log_name
        self.process_record = ProcessRecord(home, self.name)

    @abstractmethod
    def url(self, port: int, database: str) -> str:
        """URL of one of its databases with credentials."""

    @abstractmethod
    def answers(self, port: int) -> bool:
        """Whether this home's server, and not another one, answers on the port."""

    @abstractmethod
    def start(self, port: int) -> None:
        """Start it in its own session, apart from this process and its terminal, and wait for an answer.

        Raises StoresError if it does not answer.
        """

    def stop(self) -> None:
        """Stop it cleanly, or else kill it; does nothing if it does not run."""
        self.process_record.end()

    def kill(self) -> None:
        """Kill it. If the server is persistent, every acknowledged write is on disk."""
        self.process_record.kill()

    def failure(self, what: str) -> StoresError:
        """An error with the last lines of the server's log."""
        return StoresError(f"{self.name} {what}. Its log, {self.log}, ends:\n{last_lines(self.log)}")


def last_lines(log: Path) -> str:
    """The last 15 lines of a log, indented; empty if there is none."""
    if not log.exists():
        return ""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
    return "\n".join(f"  {line}" for line in lines)


def package_folder(package: str) -> Path:
    """Folder of a package of the extra `embedded`, which is not imported. Raises StoresError if it is missing."""
    found = importlib.util.find_spec(package.replace("-", "_"))
    if found is None or found.origin is None:
        raise StoresError(f"The package {package} is missing: install belib-platform[embedded].")
    return Path(found.origin).parent
