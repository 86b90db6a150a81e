"""The interface of local servers."""

from pathlib import Path
from typing import Protocol

from belib_platform.local.errors import StoresError
from belib_platform.local.process_record import ProcessRecord


class Server(Protocol):
    """A local server: its log, its process, and how it is started and stopped."""

    name: str
    log: Path
    process_record: ProcessRecord

    def url(self, port: int, database: str) -> str:
        """URL of one of its databases with credentials."""

    def answers(self, port: int) -> bool:
        """Whether this home's server, and not another one, answers on the port."""

    def start(self, port: int) -> None:
        """Start it detached from this process and its terminal, and wait for an answer. Raises StoresError."""

    def stop(self) -> None:
        """Stop it cleanly, or else kill it; does nothing if it does not run."""

    def kill(self) -> None:
        """Kill it. If the server is persistent, every acknowledged write is on disk."""


def failure(server: Server, what: str) -> StoresError:
    """An error with the last lines of the server's log."""
    return StoresError(f"{server.name} {what}. Its log, {server.log}, ends:\n{last_lines(server.log)}")


def last_lines(log: Path, count: int = 15) -> str:
    """The last lines of a log, indented; empty if there is none."""
    if not log.exists():
        return ""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:]
    return "\n".join(f"  {line}" for line in lines)
