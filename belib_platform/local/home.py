"""The local servers of one home: whoever comes first starts them, whoever leaves last stops them."""

import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO

from belib_platform.files.locks import Taken, lock, take
from belib_platform.local import up_lock
from belib_platform.local.errors import StoresError
from belib_platform.local.mongo import MongoServer
from belib_platform.local.ports import NotedPorts, is_free
from belib_platform.local.postgres import PostgresServer
from belib_platform.local.processes import wait_until
from belib_platform.local.search import SearchServer
from belib_platform.local.server import Server

MEMBERS, TURN = "members.lock", "turn.lock"
LOCKS = (MEMBERS, TURN, up_lock.NAME)
"""Files that stay for ever: whoever waits for a lock would hold one that nobody else sees if it were made again."""

SILENT_S = 30.0
"""A server that lives and gives no answer for so long hangs: it is ended and started again."""


class Home:
    """The servers under one folder, counted by locks: every user holds a shared one, and a killed one loses it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.mongo = MongoServer(self.folder)
        self.postgres = PostgresServer(self.folder)
        self.search = SearchServer(self.folder)
        self.servers: tuple[Server, ...] = (self.mongo, self.postgres, self.search)
        self._ports = NotedPorts(self.folder / "ports.json")

    @contextmanager
    def using(self, servers: Sequence[Server]) -> Iterator[dict[str, int]]:
        """The port of each server for the time of the block: joined when it runs, else started.

        Raises StoresError when one cannot be started.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._members_file() as membership:
            try:
                with self._turn():
                    self._refuse_elsewhere(servers, membership)
                    take(membership, shared=True)
                    ports = {server.name: self._running(server) for server in servers}
                yield ports
            finally:
                with self._turn():
                    self._stop_when_alone(membership)

    def port_of(self, server: Server) -> int | None:
        """The port on which the server answers now; None when it does not. Starts nothing."""
        noted = self._ports.of(server.name)
        return noted if noted is not None and server.answers(noted) else None

    def noted_port(self, server: Server) -> int:
        """The port of a server that is in use."""
        noted = self._ports.of(server.name)
        if noted is None:
            raise StoresError(f"{server.name} was forgotten while it was in use: {self.folder}/ports.json lacks it.")
        return noted

    def revive(self, server: Server, port: int) -> bool:
        """Have a server that ended, or no longer answers, run again where it was; false when it answers by now.

        Raises StoresError when it cannot be started there.
        """
        with self._turn():
            if server.answers(port):
                return False
            server.kill()
            server.start(port)
            return True

    def stop_unused(self) -> bool:
        """Stop servers that nobody uses, such as a killed process left behind; false when somebody uses them."""
        if not self.folder.exists():
            return True
        with self._members_file() as membership, self._turn():
            return self._stop_when_alone(membership)

    def clear(self, keep: Collection[str]) -> bool:
        """Stop the servers and remove all there is but these files and the locks; false when somebody uses the home."""
        with self._members_file() as membership, self._turn():
            if not self._stop_when_alone(membership):
                return False
            for path in self.folder.iterdir():
                if path.name in LOCKS or path.name in keep:
                    continue
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                else:
                    path.unlink()
            return True

    def _running(self, server: Server) -> int:
        noted = self._ports.of(server.name)
        if noted is not None:
            wait_until(lambda: server.answers(noted) or server.noted.main() is None, SILENT_S)
            if server.answers(noted):
                return noted
        server.stop()  # it lives on without answering, or on a port nobody noted
        for candidate in self._ports.candidates(server.name):
            try:
                server.start(candidate)
            except StoresError:
                server.stop()
                if is_free(candidate):
                    raise
                continue
            self._ports.note(server.name, candidate)
            return candidate
        raise StoresError(f"{server.name} found no free port on this machine.")

    def _refuse_elsewhere(self, servers: Sequence[Server], membership: IO[str]) -> None:
        """Raise StoresError when servers live where they cannot be seen: noted elsewhere, and somebody uses them.

        Notes of servers that nobody uses are of a boot before, or of a machine that is gone.
        """
        elsewhere = [server for server in self.servers if server.noted.is_elsewhere]
        if elsewhere and _is_alone(membership):
            for server in elsewhere:
                server.noted.forget()
        elif wanted := [server.name for server in elsewhere if server in servers]:
            raise StoresError(
                f"{' and '.join(wanted)} of {self.folder} were started on another machine or in another container, "
                "where a belib command uses them: end it there first."
            )

    def _stop_when_alone(self, membership: IO[str]) -> bool:
        if not _is_alone(membership):
            return False
        for server in self.servers:
            server.stop()
        return True

    def _members_file(self) -> IO[str]:
        return (self.folder / MEMBERS).open("a+", encoding="utf-8")

    def _turn(self) -> AbstractContextManager[IO[str]]:
        """One at a time starts, joins, leaves and stops."""
        return lock(self.folder / TURN)


def _is_alone(membership: IO[str]) -> bool:
    """Whether nobody else is a member; holds the lock alone then."""
    try:
        take(membership, wait=False)
    except Taken:
        return False
    return True
