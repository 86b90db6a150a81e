"""A portal whose answers are made beforehand, so that its own work is in nobody's time."""

import gzip
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Portal:
    """What is answered next: the export, gzipped, and the number of its records."""

    export: bytes = b""
    announced: bytes = b""
    url: str = ""

    def show(self, body: bytes, record_count: int) -> None:
        """Answer with this body from now on."""
        self.export = gzip.compress(body, 1)
        self.announced = gzip.compress(json.dumps({"total_count": record_count, "results": []}).encode(), 1)


@contextmanager
def portal() -> Iterator[Portal]:
    """Serve on a free port during the block."""
    shown = Portal()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = shown.announced if "/records" in self.path else shown.export
            self.send_response(200)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        shown.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield shown
        finally:
            server.shutdown()
            thread.join()
