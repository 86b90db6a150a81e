"""A proxy between us and the search server: it limits the size of a request, as proxies do, and notes what came."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from belib_platform_tests.listening import listening

TOO_LARGE = b"<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body>nginx</body></html>"
PASSED_ON = ("Content-Type", "Accept")


class Passing(BaseHTTPRequestHandler):
    """One request: passed on, or refused for its size, or answered with what the test wants."""

    server: "Proxy"

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.startswith("/_bulk"):
            self.server.sizes.append(len(body))
        if self.server.page is not None:
            self._send(*self.server.page)
        elif self.server.limit is not None and len(body) > self.server.limit:
            self._send(413, "text/html", TOO_LARGE)
        else:
            self._send(*self._passed_on(body))

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _answer  # noqa: N815 — names the library asks for

    def _passed_on(self, body: bytes) -> tuple[int, str, bytes]:
        headers = {name: self.headers[name] for name in PASSED_ON if name in self.headers}
        with closing(HTTPConnection(self.server.upstream)) as upstream:
            upstream.request(self.command, self.path, body, headers)
            response = upstream.getresponse()
            return response.status, response.headers.get("Content-Type", "application/json"), response.read()

    def _send(self, status: int, media_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Be silent."""


class Proxy(ThreadingHTTPServer):
    """Passes requests on; `sizes` are the bytes of the bulk requests that came, also of those refused."""

    daemon_threads = True

    def __init__(self, upstream: str) -> None:
        super().__init__(("127.0.0.1", 0), Passing)
        self.upstream = urlsplit(upstream).netloc
        self.limit: int | None = None
        self.page: tuple[int, str, bytes] | None = None
        self.sizes: list[int] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def passing_on(upstream: str) -> Iterator[Proxy]:
    """Serve while the block runs."""
    with listening(Proxy(upstream)) as proxy:
        yield proxy
