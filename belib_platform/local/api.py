"""The read API and the page on the warehouse that the settings name or that runs on the home.

`python -m belib_platform.local.api PORT`: `belib up` starts it.
"""

import sys
from collections.abc import Callable
from contextlib import suppress

from belib_platform.api.app import application
from belib_platform.api.server import server_of
from belib_platform.local.listeners import listener_from
from belib_platform.local.ports import API_PORT, LOOPBACK, require_free
from belib_platform.local.reader_url import reader_url
from belib_platform.page.site import with_page
from belib_platform.settings import Settings


def serve_api(settings: Settings, say: Callable[[str], None], *, port: int = API_PORT, host: str = LOOPBACK) -> None:
    """Serve the page and the API until SIGINT or SIGTERM, on the first free port from `port` upwards.

    `say` is given both addresses. The warehouse is read with a role that cannot write. Raises StoresError when no port
    of that host is free or a local server does not start, and NoReaderError when no such role is known.
    """
    with reader_url(settings) as url, listener_from(host, port) as listener, suppress(KeyboardInterrupt):
        address = f"http://{host}:{listener.getsockname()[1]}"
        say(f"Page: {address}/")
        say(f"API: {address}/v1/openapi.json")
        server_of(with_page(application(settings, url))).run(sockets=[listener])


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    port = int(sys.argv[1])
    require_free(port)  # another one would not be the port that `belib up` printed
    # without .env and secrets, which may name the writer: `belib up` passes all that the API reads
    serve_api(Settings(_env_file=None), _say, port=port)
