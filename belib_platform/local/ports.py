"""Ports of 127.0.0.1: which are free, and which a home's servers used last."""

import json
import random
import socket
from collections.abc import Iterator
from pathlib import Path

LOOPBACK = "127.0.0.1"

HIGHEST_PORT = 65535

UI_PORT = 3000
"""Where Dagster's UI is served, or above."""

METRICS_PORT = 9750
"""Where metrics are served, or above."""

SERVERS = range(20000, 32768)
"""Ports of servers for which any will do; from 32768 on systems give ports to outgoing connections."""


class PortError(Exception):
    """No server can listen on the port that was asked for; the message says which, and why."""


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def is_served(port: int, path: str = "") -> bool:
    """Whether an HTTP server answers there; that the port is taken says nothing, any connection may have taken it."""
    import httpx

    # neither a proxy nor the certificates that only https needs: to read those takes longer than the answer
    with httpx.Client(trust_env=False, verify=False, timeout=2) as client:  # noqa: S501
        try:
            return client.get(f"http://{LOOPBACK}:{port}/{path}").is_success
        except httpx.TransportError:
            return False


def require_free(port: int, host: str = LOOPBACK) -> None:
    """Raises PortError when no server could listen on the port of that host now; 0 stands for any port."""
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        where = f"Port {port} of {host}" if port else host
        why = (error.strerror or str(error)).partition(" (while")[0]
        raise PortError(f"{where} cannot be used: {why}.") from None


def any_free() -> int:
    """A port that was free a moment ago, and that no outgoing connection takes while its server is started again."""
    return next(port for port in random.sample(SERVERS, len(SERVERS)) if is_free(port))


def first_free(start: int) -> int:
    """The first free port from `start` upwards. Raises PortError when there is none."""
    free = next((port for port in range(start, HIGHEST_PORT + 1) if is_free(port)), None)
    if free is None:
        raise PortError(f"No port of {LOOPBACK} from {start} upwards is free.")
    return free


class NotedPorts:
    """The ports of a home's servers, in a file; a hint of where to look, never a proof that one listens there."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def of(self, server: str) -> int | None:
        """The noted port of the server; an unreadable note is none."""
        return self._read().get(server)

    def note(self, server: str, port: int) -> None:
        """Note the port, whole or not at all."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(self._read() | {server: port}), encoding="utf-8")
        fresh.replace(self._file)

    def candidates(self, server: str, tries: int = 4) -> Iterator[int]:
        """Free ports to try: the noted one first."""
        noted = self.of(server)
        if noted is not None and is_free(noted):
            yield noted
        for _ in range(tries):
            yield any_free()

    def _read(self) -> dict[str, int]:
        try:
            noted = json.loads(self._file.read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return {server: port for server, port in noted.items() if isinstance(port, int)}
