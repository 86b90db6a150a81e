"""Faults of the wire, each from a real server."""

import gzip
import os
import ssl
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import trustme

from belib_platform.sources import http
from belib_platform.sources.answer import SourceError, now
from belib_platform.sources.http import HttpPolicy, fetch
from belib_platform_tests.sources.local_server import Handler, answering, serving


def test_an_answer_is_kept_as_sent(quick: HttpPolicy) -> None:
    sent = b'[{"id_pdc": "a"}]\n'
    telling = {"ETag": '"1"', "X-RateLimit-Remaining": "7", "Set-Cookie": "a=b", "Content-Encoding": "gzip"}
    with serving(answering(gzip.compress(sent), headers=telling)) as server:
        before = now()
        answer = fetch(f"{server.url}/export", {"timezone": "UTC"}, policy=quick)
    assert answer.body == sent
    assert answer.url == f"{server.url}/export?timezone=UTC"
    assert (answer.status_code, answer.media_type) == (200, "application/json")
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["x-ratelimit-remaining"] == "7"
    assert "set-cookie" not in answer.headers
    assert before <= answer.fetched_at <= answer.received_at <= now()
    assert answer.fetched_at.tzinfo is UTC
    assert answer.fetched_at.microsecond % 1000 == 0
    assert server.headers[0]["Accept-Encoding"] == "gzip"
    assert server.headers[0]["User-Agent"].startswith("belib_platform/")


def test_a_media_type_is_told_without_its_parameters(quick: HttpPolicy) -> None:
    with serving(answering(b"a", headers={"Content-Type": "Text/CSV; charset=utf-8"})) as server:
        assert fetch(server.url, {}, policy=quick).media_type == "text/csv"


def test_what_passes_is_tried_again(quick: HttpPolicy) -> None:
    def respond(handler: Handler) -> None:
        handler.send(b"[1]", 200 if len(handler.server.asked) == 3 else 500)

    with serving(respond) as server:
        assert fetch(server.url, {}, policy=quick).body == b"[1]"
        assert len(server.asked) == 3


def test_what_does_not_pass_fails_after_three_attempts(quick: HttpPolicy) -> None:
    with serving(answering(b"<h1>down</h1>", 503)) as server, pytest.raises(SourceError) as caught:
        fetch(f"{server.url}/export", {}, policy=quick)
    assert len(server.asked) == 3
    assert str(caught.value).endswith("/export answered 503 Service Unavailable")
    assert caught.value.answer is not None
    assert caught.value.answer.body == b"<h1>down</h1>"


@pytest.mark.parametrize("status", [400, 404, 429])
def test_a_refusal_is_not_argued_with(quick: HttpPolicy, status: int) -> None:
    body = {"error_code": "ODSQLError", "message": "Unknown field: categorie"}
    with serving(answering(body, status)) as server, pytest.raises(SourceError, match="Unknown field: categorie"):
        fetch(server.url, {}, policy=quick)
    assert len(server.asked) == 1


def test_a_rate_limit_says_when_to_come_back(quick: HttpPolicy) -> None:
    reset = datetime(2026, 9, 2, tzinfo=UTC)
    limits = {"X-RateLimit-Limit": "10000", "X-RateLimit-Reset": str(int(reset.timestamp()))}
    with (
        serving(answering({"error": "Too many requests"}, 429, limits)) as server,
        pytest.raises(SourceError, match="429 Too Many Requests: Too many requests") as caught,
    ):
        fetch(server.url, {}, policy=quick)
    assert caught.value.retry_at == reset


def test_a_redirect_is_followed_and_one_to_itself_is_not_followed_for_ever(quick: HttpPolicy) -> None:
    def respond(handler: Handler) -> None:
        if handler.path == "/there":
            handler.send(b"[]")
        else:
            handler.send(b"", 302, {"Location": "/there" if handler.path == "/here" else handler.path})

    with serving(respond) as server:
        answer = fetch(f"{server.url}/here", {}, policy=quick)
        assert (answer.body, answer.url) == (b"[]", f"{server.url}/here")
        with pytest.raises(SourceError, match="/round redirects more than 5 times") as caught:
            fetch(f"{server.url}/round", {}, policy=quick)
    assert caught.value.answer is None
    assert server.asked.count("/round") == 6


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("where", ["http://127.0.0.1:{port}/a", "http://localhost:{port}", "//127.0.0.1:{port}/a?b=c"])
def test_a_redirect_to_another_origin_is_refused_and_both_are_named(quick: HttpPolicy, where: str, status: int) -> None:
    with serving(answering(b"[1]")) as other:
        place = where.format(port=other.server_port)
        with (
            serving(lambda handler: handler.send(b"", status, {"Location": place})) as server,
            pytest.raises(SourceError) as caught,
        ):
            fetch(f"{server.url}/export", {}, policy=quick)
    host = "localhost" if "localhost" in where else "127.0.0.1"
    assert str(caught.value) == (
        f"127.0.0.1:{server.server_port}/export redirects to http://{host}:{other.server_port}, which is not asked: "
        f"only {server.url} is this source"
    )
    assert (server.asked, other.asked) == (["/export"], [])


def test_a_redirect_that_goes_astray_at_its_second_step_is_refused(quick: HttpPolicy) -> None:
    def respond(handler: Handler) -> None:
        there = "/second" if handler.path == "/first" else "http://user:canary@evil.example:81/"
        handler.send(b"", 302, {"Location": there})

    with (
        serving(respond) as server,
        pytest.raises(SourceError, match=r"/first redirects to http://evil\.example:81, which is not asked") as caught,
    ):
        fetch(f"{server.url}/first", {}, policy=quick)
    assert server.asked == ["/first", "/second"]
    assert "canary" not in str(caught.value)


def test_a_redirect_to_https_of_the_same_host_is_followed_and_one_to_http_is_not(quick: HttpPolicy) -> None:
    def upgrading(handler: Handler) -> None:
        handler.send(b"", 301, {"Location": f"https://127.0.0.1:{handler.server.server_port}/"})

    with serving(upgrading) as server, pytest.raises(SourceError, match="no secure connection came about"):
        fetch(server.url, {}, policy=quick)  # nobody speaks TLS there

    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    downgrading = answering(b"", 302, {"Location": "http://127.0.0.1/"})
    with (
        pytest.MonkeyPatch.context() as patch,
        authority.cert_pem.tempfile() as trusted,
        serving(downgrading) as server,
    ):
        patch.setattr(http, "_trusted", lambda: ssl.create_default_context(cafile=trusted))
        server.socket = context.wrap_socket(server.socket, server_side=True)
        place = server.url.replace("http", "https")
        with pytest.raises(SourceError, match=rf"redirects to http://127\.0\.0\.1, .* only {place} is this source"):
            fetch(place, {}, policy=quick)


def test_a_redirects_own_body_is_not_read(quick: HttpPolicy) -> None:
    def respond(handler: Handler) -> None:
        if handler.path == "/there":
            handler.send(b"[]")
            return
        handler.send_response(302)
        handler.send_header("Location", "/there")
        handler.end_headers()
        while not handler.server.is_over.is_set():
            handler.wfile.write(bytes(2**20))

    with serving(respond) as server:
        assert fetch(server.url, {}, policy=quick).body == b"[]"


def test_silence_ends_in_a_time_out(quick: HttpPolicy) -> None:
    def respond(handler: Handler) -> None:
        handler.server.is_over.wait(5)

    with (
        serving(respond) as server,
        pytest.raises(SourceError, match=r"did not answer in time \(ReadTimeout\)") as caught,
    ):
        fetch(server.url, {}, policy=replace(quick, read_s=0.05))
    assert len(server.asked) == 3
    assert caught.value.answer is None


@pytest.mark.parametrize("trickle", [b"x", b"x-slow: 1\r\n"], ids=["body", "headers"])
def test_a_trickle_ends_at_the_deadline(quick: HttpPolicy, trickle: bytes) -> None:
    def respond(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.0 200 OK\r\n" + (b"\r\n" if trickle == b"x" else b""))
        while not handler.server.is_over.wait(0.02):
            handler.wfile.write(trickle)

    with serving(respond) as server, pytest.raises(SourceError, match=r"no whole answer within 0\.3 s"):
        fetch(server.url, {}, policy=replace(quick, deadline_s=0.3))


def test_gzip_cut_short_is_no_answer_but_evidence(quick: HttpPolicy) -> None:
    sent = os.urandom(20_000)
    cut = gzip.compress(sent)[:10_000]
    with (
        serving(answering(cut, headers={"Content-Encoding": "gzip"})) as server,
        pytest.raises(SourceError, match="sent a body that is gzip cut short after") as caught,
    ):
        fetch(server.url, {}, policy=quick)
    assert len(server.asked) == 3
    assert caught.value.answer is not None
    assert 0 < len(caught.value.answer.body) < len(sent)
    assert sent.startswith(caught.value.answer.body)


def test_a_body_shorter_than_announced_is_no_answer_but_evidence(quick: HttpPolicy) -> None:
    with (
        serving(lambda handler: handler.send(b'[{"id_pdc"', headers={"Content-Length": "1000"})) as server,
        pytest.raises(SourceError, match=r"RemoteProtocolError.* after 10 bytes") as caught,
    ):
        fetch(server.url, {}, policy=quick)
    assert caught.value.answer is not None
    assert caught.value.answer.body == b'[{"id_pdc"'


def test_a_gzip_bomb_is_cut_at_the_bound(quick: HttpPolicy) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    with (
        serving(answering(bomb, headers={"Content-Encoding": "gzip"})) as server,
        pytest.raises(SourceError, match="holds more than 1,000 bytes") as caught,
    ):
        fetch(server.url, {}, policy=replace(quick, max_body_bytes=1000))
    assert len(server.asked) == 1
    assert caught.value.answer is not None
    assert caught.value.answer.body == bytes(1000)


def test_the_wire_has_its_own_bound(quick: HttpPolicy) -> None:
    with (
        serving(answering(b"x" * 300_000)) as server,
        pytest.raises(SourceError, match="more than 200,000 bytes over the wire"),
    ):
        fetch(server.url, {}, policy=replace(quick, max_wire_bytes=200_000))


def test_an_encoding_nobody_asked_for_is_refused(quick: HttpPolicy) -> None:
    with (
        serving(answering(b"x", headers={"Content-Encoding": "br"})) as server,
        pytest.raises(SourceError, match="in the encoding br, which was not asked for"),
    ):
        fetch(server.url, {}, policy=quick)
