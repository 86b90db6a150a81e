"""Ports on 127.0.0.1: find free ones, and remember those of a home's servers."""

import json
import random
import socket
from collections.abc import Collection, Iterator
from pathlib import Path

LOOPBACK = "127.0.0.1"

HIGHEST_PORT = 65535

UI_PORT = 3000
"""First port to try for Dagster's UI."""

METRICS_PORT = 9750
"""First port to try for metrics."""

API_PORT = 8000
"""First port to try for the read API."""

SERVERS = range(20000, 32768)
"""Ports of the local stores; systems use ports from 32768 on for outgoing connections."""


class PortError(Exception):
    """A server cannot listen on the requested port; the message says which one and why."""


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
    """Whether an HTTP server answers; a port that is merely taken could belong to any connection."""
    import httpx

    # without proxies and certificates: loading certificates takes longer than the request
    with httpx.Client(trust_env=False, verify=False, timeout=2) as client:  # noqa: S501
        try:
            return client.get(f"http://{LOOPBACK}:{port}/{path}").is_success
        except httpx.TransportError:
            return False


def require_free(port: int, host: str = LOOPBACK) -> None:
    """Raises PortError if no server can listen on this port of the host now; 0 means any port."""
    try:
        socket.create_server((host, port)).close()
    except OSError as error:
        where = f"Port {port} of {host}" if port else host
        why = (error.strerror or str(error)).partition(" (while")[0]
        raise PortError(f"{where} cannot be used: {why}.") from None


def any_free() -> int:
    """A free port in the range that outgoing connections do not use, so that a restarted server gets it again."""
    return next(port for port in random.sample(SERVERS, len(SERVERS)) if is_free(port))


def first_free(start: int, reserved: Collection[int] = ()) -> int:
    """The first free port from `start` upwards that is not reserved. Raises PortError if there is none."""
    free = next((port for port in range(start, HIGHEST_PORT + 1) if port not in reserved and is_free(port)), None)
    if free is None:
        raise PortError(f"No port of {LOOPBACK} from {start} upwards is free.")
    return free


class RecordedPorts:
    """The last known ports of a home's servers, in a file; a server does not necessarily listen there."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def of(self, server: str) -> int | None:
        """The recorded port of the server; None if there is none or the file is unreadable."""
        return self._read().get(server)

    def record(self, server: str, port: int) -> None:
        """Record the port; the file is replaced atomically."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(self._read() | {server: port}), encoding="utf-8")
        fresh.replace(self._file)

    def candidates(self, server: str) -> Iterator[int]:
        """Free ports to try; the recorded one first."""
        recorded = self.of(server)
        if recorded is not None and is_free(recorded):
            yield recorded
        for _ in range(4):
            yield any_free()

    def _read(self) -> dict[str, int]:
        try:
            recorded = json.loads(self._file.read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return {server: port for server, port in recorded.items() if isinstance(port, int)}
