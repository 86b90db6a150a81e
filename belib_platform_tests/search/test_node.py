"""How the server is spoken to: the names of media types, credentials, and what errors tell."""

import base64
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from belib_platform.search.client import Search
from belib_platform.search.errors import SearchError, in_sentences
from belib_platform_tests.listening import listening

VENDOR = "application/vnd.elasticsearch+json"


class Recorder(BaseHTTPRequestHandler):
    """Notes every request's headers; takes only what `takes_vendor` says."""

    seen: list[tuple[str, str, str]] = []  # noqa: RUF012
    takes_vendor = True
    status = 200

    def do_GET(self) -> None:
        """Answer."""
        accept = self.headers.get("Accept", "")
        self.seen.append((self.path, accept, self.headers.get("Authorization", "")))
        is_refused = VENDOR in accept and not self.takes_vendor
        body = b'{"cluster_name": "c", "error": {"type": "t", "reason": "no"}}'
        self.send_response(406 if is_refused else self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("X-Elastic-Product", "Elasticsearch")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Be silent."""


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    Recorder.seen, Recorder.takes_vendor, Recorder.status = [], True, 200
    with listening(HTTPServer(("127.0.0.1", 0), Recorder)) as server:
        yield server


def at(server: HTTPServer, user: str = "", path: str = "") -> Search:
    return Search(f"http://{user}127.0.0.1:{server.server_port}{path}")


def test_elasticsearch_is_spoken_to_in_its_own_media_type(server: HTTPServer) -> None:
    search = at(server)
    assert search.kept_hours is None
    assert [accept.partition(";")[0] for _, accept, _ in Recorder.seen] == [VENDOR]
    search.close()


def test_a_server_that_refuses_it_hears_plain_json_from_then_on(server: HTTPServer) -> None:
    Recorder.takes_vendor = False
    search = at(server)
    for _ in range(2):
        search.client.info()
    assert [VENDOR in accept for _, accept, _ in Recorder.seen] == [True, False, False]
    search.close()


def test_user_password_and_path_of_the_url_are_honoured(server: HTTPServer) -> None:
    search = at(server, "us%40er:se%2Fcret@", "/below")
    search.client.info()
    path, _, authorization = Recorder.seen[-1]
    assert path == "/below/"
    assert base64.b64decode(authorization.removeprefix("Basic ")) == b"us@er:se/cret"
    search.close()


def test_an_error_says_the_servers_reason_and_no_password(server: HTTPServer) -> None:
    Recorder.status = 403
    search = at(server, "user:canary@")
    with pytest.raises(SearchError, match=r"^Elasticsearch refused with 403: no$") as refused, in_sentences():
        search.client.info()
    assert "canary" not in repr(refused.value)
    search.close()
