"""The API and the page over real HTTP, in a thread, on a warehouse."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from belib_platform.api.app import application
from belib_platform.api.server import server_of
from belib_platform.local.ports import LOOPBACK
from belib_platform.page.site import with_page
from belib_platform.settings import Settings

MANY = 1_000_000
"""Requests a minute: no limit."""


@contextmanager
def served(settings: Settings, reader_url: str, requests_a_minute: int = MANY) -> Iterator[httpx.Client]:
    """A client of the API and the page, which are served for the time of the block."""
    app = with_page(application(settings, reader_url, requests_a_minute=requests_a_minute))
    server = server_of(app, log_level="critical", timeout_graceful_shutdown=1)
    with socket.create_server((LOOPBACK, 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            with httpx.Client(base_url=f"http://{LOOPBACK}:{listener.getsockname()[1]}", timeout=60) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join()
