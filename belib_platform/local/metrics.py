"""Metrics and health of the stores that the settings name or that run on the home.

`python -m belib_platform.local.metrics PORT WORKSPACE`: `belib up` starts it and knows it by WORKSPACE.
"""

import socket
import sys
from collections.abc import Callable
from contextlib import suppress

from belib_platform.local.addresses import Addresses
from belib_platform.local.errors import StoresError
from belib_platform.local.ports import LOOPBACK, METRICS_PORT
from belib_platform.monitoring.observer import Observer
from belib_platform.monitoring.poll_counter import PollCounter
from belib_platform.monitoring.server import serve
from belib_platform.settings import Settings, load_settings

PORTS_TRIED = 100


def serve_metrics(
    settings: Settings, say: Callable[[str], None], *, port: int = METRICS_PORT, host: str = LOOPBACK
) -> None:
    """Serve until SIGINT or SIGTERM, on the first free port from `port` upwards; `say` is given the address.

    Raises StoresError when no port of that host is free.
    """
    with _listener(host, port) as listener, suppress(KeyboardInterrupt):
        say(f"Metrics: http://{host}:{listener.getsockname()[1]}/metrics")
        serve(Observer(settings, Addresses(settings), counter=PollCounter()), settings.gap_limit, listener)


def _listener(host: str, port: int) -> socket.socket:
    refused: OSError | None = None
    for candidate in range(port, min(port + PORTS_TRIED, 65536)):
        try:
            return socket.create_server((host, candidate))
        except OSError as error:
            refused = error
    raise StoresError(f"No port of {host} from {port} upwards is free: {refused}")


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    serve_metrics(load_settings(), _say, port=int(sys.argv[1]))
