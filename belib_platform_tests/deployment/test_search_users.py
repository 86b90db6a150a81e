"""What Elasticsearch is asked to make of users; a server that only listens stands for it, since none is at hand."""

import base64
import json
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from belib_platform.deployment.search_users import ensure_search_users
from belib_platform.search.client import Search
from belib_platform_tests.listening import listening


class Listener(ThreadingHTTPServer):
    """Keeps what it is told, by path, and who told it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Listening)
        self.told: dict[str, Any] = {}
        self.by: set[str] = set()


class Listening(BaseHTTPRequestHandler):
    """One request."""

    server: Listener

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.told[self.path] = json.loads(body)
        self.server.by.add(base64.b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode())
        self.send_response(200)
        for name, value in (
            ("X-Elastic-Product", "Elasticsearch"),
            ("Content-Type", "application/json"),
            ("Content-Length", "2"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_the_writer_gets_its_indices_and_the_reader_may_only_read_them() -> None:
    with listening(Listener()) as server:
        host = f"127.0.0.1:{server.server_port}"
        with closing(Search(f"http://elastic:root%2F@{host}", "staging_")) as admin:
            ensure_search_users(
                admin,
                writer=f"http://belib:w%40@{host}",
                reader=("belib_reader", "r"),
                metrics=("belib_metrics", "m"),
                kibana_password="k",
            )
    assert server.by == {"elastic:root/"}
    names = ["staging_belib_*"]
    assert server.told == {
        "/_security/role/belib_writer": {
            "cluster": ["monitor"],
            "indices": [{"names": names, "privileges": ["all"]}],
        },
        "/_security/role/belib_reader": {
            "indices": [{"names": names, "privileges": ["read", "view_index_metadata"]}],
        },
        "/_security/user/belib": {"password": "w@", "roles": ["belib_writer"]},
        "/_security/user/belib_reader": {"password": "r", "roles": ["belib_reader", "viewer"]},
        "/_security/user/belib_metrics": {"password": "m", "roles": ["belib_reader"]},
        "/_security/user/kibana_system/_password": {"password": "k"},
    }
