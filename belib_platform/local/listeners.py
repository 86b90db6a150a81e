"""Sockets that listen on the first free port, for servers that are given one."""

import socket

from belib_platform.local.errors import StoresError

PORTS_TRIED = 100


def listener_from(host: str, port: int) -> socket.socket:
    """A socket that listens on the first free port of a host from `port` upwards. Raises StoresError if none is."""
    refused: OSError | None = None
    for candidate in range(port, min(port + PORTS_TRIED, 65536)):
        try:
            return socket.create_server((host, candidate))
        except OSError as error:
            refused = error
    raise StoresError(f"No port of {host} from {port} upwards is free: {refused}")
