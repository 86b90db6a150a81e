"""A real HTTP server on 127.0.0.1 that answers as a test wants it to."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event

from belib_platform_tests.listening import listening

Respond = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """One request; `server` counts them and says when the test is over."""

    server: "LocalServer"

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.headers.append(dict(self.headers))
        self.server.respond(self)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def send(self, body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> None:
        """A whole JSON answer, unless the headers say something else."""
        self.send_response(status)
        told = {"Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})}
        for name, value in told.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class LocalServer(ThreadingHTTPServer):
    """Answers with `respond`; `asked` holds the paths asked for."""

    daemon_threads = True

    def __init__(self, respond: Respond) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.respond = respond
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.is_over = Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that leaves in the middle is what some tests are about."""


@contextmanager
def serving(respond: Respond) -> Iterator[LocalServer]:
    with listening(LocalServer(respond)) as server:
        try:
            yield server
        finally:
            server.is_over.set()


def answering(body: object, status: int = 200, headers: dict[str, str] | None = None) -> Respond:
    """Always the same; what is not bytes is sent as JSON."""
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda handler: handler.send(sent, status, headers)
