"""The local servers of one home: the first command that needs them starts them, the last one stops them."""

import shutil
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import IO

from belib_platform.files.locks import Taken, lock, take
from belib_platform.local import up_lock
from belib_platform.local.errors import StoresError
from belib_platform.local.mongo import MongoServer
from belib_platform.local.ports import LOOPBACK, RecordedPorts, is_free
from belib_platform.local.postgres import PostgresServer
from belib_platform.local.processes import wait_until
from belib_platform.local.search import SearchServer
from belib_platform.local.server import Server

MEMBERS, TURN = "members.lock", "turn.lock"
LOCKS = (MEMBERS, TURN, up_lock.NAME)
"""Lock files are never deleted: a process waiting for a deleted file's lock would get one that others do not see."""

HANG_TIMEOUT_S = 30.0
"""A server that runs but does not answer for this long is considered hung, and is restarted."""


class Home:
    """The servers of one folder. Every process that uses them holds a shared lock, which it loses even if killed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.mongo = MongoServer(self.folder)
        self.postgres = PostgresServer(self.folder)
        self.search = SearchServer(self.folder)
        self.servers: tuple[Server, ...] = (self.mongo, self.postgres, self.search)
        self._ports = RecordedPorts(self.folder / "ports.json")

    @contextmanager
    def using(self, servers: Sequence[Server]) -> Iterator[dict[str, int]]:
        """Use these servers during the block, starting those that do not run; yields their ports by name.

        Raises StoresError if one cannot be started.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._members_file() as membership:
            try:
                with self._turn():
                    self._refuse_foreign_servers(servers, membership)
                    take(membership, shared=True)
                    ports = {server.name: self._running(server) for server in servers}
                yield ports
            finally:
                with self._turn():
                    self._stop_when_alone(membership)

    def port_of(self, server: Server) -> int | None:
        """The port on which the server answers now; None if it does not answer. Starts nothing."""
        recorded = self._ports.of(server.name)
        return recorded if recorded is not None and server.answers(recorded) else None

    def recorded_port(self, server: Server) -> int:
        """The port of a server that is in use. Raises StoresError if it is not recorded."""
        recorded = self._ports.of(server.name)
        if recorded is None:
            raise StoresError(f"The port of {server.name} is missing in {self.folder}/ports.json.")
        return recorded

    def restart(self, server: Server, port: int) -> bool:
        """Restart a server that ended or no longer answers, on the same port; false if it answers in the meantime.

        Raises StoresError if it cannot be started.
        """
        with self._turn():
            if server.answers(port):
                return False
            server.kill()
            server.start(port)
            return True

    def stop_unused(self) -> bool:
        """Stop the servers unless a process uses them; returns false if one does."""
        if not self.folder.exists():
            return True
        with self._members_file() as membership, self._turn():
            return self._stop_when_alone(membership)

    def clear(self, keep: Collection[str]) -> bool:
        """Stop the servers and delete all files except `keep` and the locks; false if a process uses the home."""
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
        recorded = self._ports.of(server.name)
        if recorded is not None:
            wait_until(lambda: server.answers(recorded) or server.process_record.process() is None, HANG_TIMEOUT_S)
            if server.answers(recorded):
                return recorded
        server.stop()  # it may run without answering, or on an unrecorded port
        for candidate in self._ports.candidates(server.name):
            try:
                server.start(candidate)
            except StoresError:
                server.stop()
                if is_free(candidate):
                    raise
                continue
            self._ports.record(server.name, candidate)
            return candidate
        raise StoresError(f"No free port for {server.name} on {LOOPBACK}.")

    def _refuse_foreign_servers(self, servers: Sequence[Server], membership: IO[str]) -> None:
        """Raise StoresError if servers were started on another machine or in another container, and are in use.

        Records of unused servers are from an earlier boot or a machine that no longer exists, and are discarded.
        """
        elsewhere = [server for server in self.servers if server.process_record.is_from_elsewhere]
        if elsewhere and _is_alone(membership):
            for server in elsewhere:
                server.process_record.forget()
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
        """Lock under which servers are started and stopped."""
        return lock(self.folder / TURN)


def _is_alone(membership: IO[str]) -> bool:
    """Whether no other process uses the servers; if so, takes the exclusive lock."""
    try:
        take(membership, wait=False)
    except Taken:
        return False
    return True
