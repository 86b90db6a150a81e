"""Metrics and health of the stores that the settings name or that run on the home.

`python -m belib_platform.local.metrics PORT WORKSPACE`: `belib up` starts it and knows it by WORKSPACE.
"""

import sys
from collections.abc import Callable
from contextlib import suppress

from belib_platform.local.addresses import Addresses
from belib_platform.local.listeners import listener_from
from belib_platform.local.ports import LOOPBACK, METRICS_PORT
from belib_platform.monitoring.observer import Observer
from belib_platform.monitoring.poll_counter import PollCounter
from belib_platform.monitoring.server import serve
from belib_platform.settings import Settings, load_settings


def serve_metrics(
    settings: Settings, say: Callable[[str], None], *, port: int = METRICS_PORT, host: str = LOOPBACK
) -> None:
    """Serve until SIGINT or SIGTERM, on the first free port from `port` upwards; `say` is given the address.

    Raises StoresError when no port of that host is free.
    """
    with listener_from(host, port) as listener, suppress(KeyboardInterrupt):
        say(f"Metrics: http://{host}:{listener.getsockname()[1]}/metrics")
        serve(Observer(settings, Addresses(settings), counter=PollCounter()), settings.gap_limit, listener)


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    serve_metrics(load_settings(), _say, port=int(sys.argv[1]))
