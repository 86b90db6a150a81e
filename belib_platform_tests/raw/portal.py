"""A portal of one data set that answers as a test wants it to."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from belib_platform.settings import Settings
from belib_platform_tests.sources.local_server import Handler, LocalServer, serving


@contextmanager
def portal(body: bytes | list[Any], announced: int | None = None) -> Iterator[LocalServer]:
    """Exports `body` (records are sent as JSON) and announces as many records as told, by default all."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    total = announced if announced is not None else len(body)

    def respond(handler: Handler) -> None:
        is_export = "/exports/json" in handler.path
        handler.send(sent if is_export else json.dumps({"total_count": total, "results": []}).encode())

    with serving(respond) as server:
        yield server


def settings_for(server: LocalServer) -> Settings:
    """Settings that ask this server for everything."""
    return Settings(opendatasoft_url=server.url, open_meteo_url=server.url, _env_file=None)
