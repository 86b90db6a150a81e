"""What the home asks of a local server."""

from pathlib import Path
from typing import Protocol

from belib_platform.local.errors import StoresError
from belib_platform.local.noted import Noted


class Server(Protocol):
    """One local server: its folder under the home, its log, its process, and how it is started and stopped."""

    name: str
    log: Path
    noted: Noted

    def url(self, port: int, database: str) -> str:
        """URL of one of its databases, with credentials."""

    def answers(self, port: int) -> bool:
        """Whether this home's server, and no other, answers on the port."""

    def start(self, port: int) -> None:
        """Start it detached from this process and its terminal, and return when it answers; else StoresError."""

    def stop(self) -> None:
        """Stop it in order, by force where that does not help; nothing to do when it does not run."""

    def kill(self) -> None:
        """End it at once, for one that no longer answers; every acknowledged write is on disk where it keeps any."""


def failure(server: Server, what: str) -> StoresError:
    """An error that carries the last lines of the server's log."""
    return StoresError(f"{server.name} {what}. Its log, {server.log}, ends:\n{last_lines(server.log)}")


def last_lines(log: Path, count: int = 15) -> str:
    """The end of a log, indented; empty when there is none."""
    if not log.exists():
        return ""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:]
    return "\n".join(f"  {line}" for line in lines)
