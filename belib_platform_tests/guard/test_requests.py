"""The guard over real HTTP and WebSockets, before the real UI, with the headers that browsers and attackers send."""

import json
import socket
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from belib_platform.local.ports import LOOPBACK
from belib_platform_tests.examples import examples
from belib_platform_tests.guard.served_ui import NAMED, STATE, ServedUi

MAIL = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
"""What a browser sends when a link in a mail is opened."""

OTHERS = ["null", "https://evil.example", "http://localhost:1", f"http://{NAMED}", "file://", "http://127.0.0.1"]

PATHS = [
    "/",
    "/runs/1",
    "/graphql",
    "/server_info",
    "/logs/a/b.out",
    "/download_debug/1",
    "/notebook?path=a.ipynb&repoLocName=a",
    "/report_asset_materialization/thing",
    "/report_asset_check/thing?check_name=a&passed=true",
    "/report_asset_observation/thing",
    "/favicon.png",
]
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]


@pytest.fixture(scope="module", autouse=True)
def _nothing_was_changed(ui: ServedUi) -> Iterator[None]:
    """Whatever the tests sent: the schedule still runs, and no asset was reported."""
    yield
    assert ui.schedule_is_running
    assert ui.times_made == 0


def status_of(ui: ServedUi, path: str = "/server_info", method: str = "GET", **headers: str) -> int:
    """How a request with these headers is answered; `_` stands for a hyphen."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return ui.client.request(method, f"{ui.url}{path}", headers=sent).status_code


@pytest.mark.family
@pytest.mark.parametrize("host", ["localhost", "LOCALHOST.", "127.0.0.1", "127.9.9.9:80", "[::1]:3000", f"{NAMED}:1"])
def test_hosts_of_this_machine_and_those_named_are_answered(ui: ServedUi, host: str) -> None:
    assert status_of(ui, host=host) == 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("evil.example", 421),
        ("localhost.evil.example:3000", 421),
        (f"evil.{NAMED}", 421),
        ("0.0.0.0", 421),
        ("192.168.1.7:3000", 421),
        ("[fd00::1]", 421),
        ("user@localhost", 400),
        ("localhost,evil.example", 400),
        ("", 400),
    ],
)
@pytest.mark.parametrize("path", ["/", "/graphql", "/report_asset_materialization/thing"])
def test_another_host_is_not_answered_and_the_setting_is_named(ui: ServedUi, host: str, status: int, path: str) -> None:
    for method in ("GET", "POST"):
        answer = ui.client.request(method, f"{ui.url}{path}", headers={"host": host})
        assert answer.status_code == status
        assert len(answer.text.splitlines()) == 1
        assert ("BELIB_ALLOWED_HOSTS" in answer.text) is (status == 421)


@pytest.mark.parametrize(
    "lines", ["", "Host: localhost\r\nHost: evil.example\r\n", "Host: localhost\r\nHost: localhost\r\n"]
)
def test_without_one_host_nothing_is_answered(ui: ServedUi, lines: str) -> None:
    with socket.create_connection((LOOPBACK, ui.port), timeout=300) as raw:
        raw.sendall(f"GET /server_info HTTP/1.0\r\n{lines}\r\n".encode())
        assert raw.makefile("rb").readline().split()[1] == b"400"


@pytest.mark.parametrize("origin", OTHERS)
@pytest.mark.parametrize("path", PATHS)
def test_a_page_of_another_origin_is_refused_everywhere(ui: ServedUi, path: str, origin: str) -> None:
    body = json.dumps({"query": ui.stop})
    for method in ("GET", "POST", "OPTIONS"):
        for media_type in ("application/json", "text/plain; x=application/json", "application/graphql"):
            headers = {"origin": origin, "content-type": media_type}
            answer = ui.client.request(method, f"{ui.url}{path}", headers=headers, content=body)
            assert answer.status_code == 403
            assert "BELIB_ALLOWED_HOSTS" in answer.text


@settings(max_examples=examples(150), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(PATHS),
    method=st.sampled_from(METHODS),
    site=st.sampled_from(["cross-site", "same-site", "", "same-origin, cross-site", "Same-Origin"]),
    mode=st.sampled_from(["navigate", "cors", "no-cors", "websocket", None]),
    dest=st.sampled_from(["document", "iframe", "frame", "embed", "object", "image", "script", "empty", None]),
    origin=st.sampled_from([None, "own", *OTHERS]),
)
def test_a_page_of_another_site_may_open_the_ui_and_do_nothing_else(
    ui: ServedUi, path: str, method: str, site: str, mode: str | None, dest: str | None, origin: str | None
) -> None:
    sent = {"sec-fetch-site": site, "sec-fetch-mode": mode, "sec-fetch-dest": dest}
    sent["origin"] = ui.url if origin == "own" else origin
    opens = method in {"GET", "HEAD"} and (mode, dest) == ("navigate", "document") and origin in {None, "own"}
    headers = {name: value for name, value in sent.items() if value is not None}
    answer = ui.client.request(method, f"{ui.url}{path}", headers=headers)
    assert (answer.status_code != 403) is opens


@pytest.mark.parametrize("path", [path for path in PATHS if not path.startswith("/report")])
@pytest.mark.parametrize("own", [False, True], ids=["program", "own page"])
def test_programs_and_own_pages_are_handed_on_whatever_they_ask(ui: ServedUi, path: str, own: bool) -> None:
    headers = {"origin": ui.url, "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"} if own else {}
    for method in METHODS:
        answer = ui.client.request(method, f"{ui.url}{path}", headers=headers, json={"query": "{ version }"})
        assert answer.status_code not in {403, 421}


@pytest.mark.parametrize("origin", ["http://{}", "https://{}"])
@pytest.mark.parametrize("host", [NAMED, f"{NAMED}:8443"])
def test_behind_a_proxy_the_page_of_the_named_host_is_the_uis_own(ui: ServedUi, host: str, origin: str) -> None:
    """The proxy ends TLS and hands the Host header on."""
    headers = {"host": host, "origin": origin.format(host), "sec-fetch-site": "same-origin"}
    answer = ui.client.post(f"{ui.url}/graphql", json={"query": "{ version }"}, headers=headers)
    assert answer.json()["data"]["version"]


def test_a_link_in_a_mail_opens_the_ui_and_what_it_asks_graphql_is_not_done(ui: ServedUi) -> None:
    for path in ("/", "/runs/1", "/assets/thing?view=checks"):
        answer = ui.client.get(f"{ui.url}{path}", headers={**MAIL, "accept": "text/html"})
        assert answer.status_code == 200
        assert "/_next/static/" in answer.text
    for accept in ("text/html", "*/*"):
        answer = ui.client.get(f"{ui.url}/graphql", params={"query": ui.stop}, headers={**MAIL, "accept": accept})
        assert answer.status_code == 403


@pytest.mark.parametrize(
    "dressed", ["{}", " \n# {{ version }}\n{}", "query Q {{ version }} {}", "{} query Q {{ version }}"]
)
def test_a_mutation_in_a_url_is_refused_whoever_sends_it(ui: ServedUi, dressed: str) -> None:
    mutation = dressed.format(ui.stop.replace("mutation {", "mutation M {"))
    for query in (
        f"query={quote(mutation)}",
        f"query=%7Bversion%7D&query={quote(mutation)}",
        f"query={quote(mutation)}&query=%7Bversion%7D",
    ):
        for headers in ({}, {"origin": ui.url, "sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}):
            answer = ui.client.get(f"{ui.url}/graphql?{query}&operationName=M", headers=headers)
            assert answer.status_code == 403
            assert answer.text.startswith("Send GraphQL in the body of a POST request")


@pytest.mark.parametrize("media_type", ["application/x-www-form-urlencoded", "text/plain", "application/json", ""])
def test_a_post_that_carries_its_query_in_the_url_is_refused(ui: ServedUi, media_type: str) -> None:
    for query in (ui.stop, "{ version }", ""):
        headers = {"content-type": media_type}
        answer = ui.client.post(f"{ui.url}/graphql", params={"query": query}, headers=headers, content=b"")
        assert answer.status_code == 403


def test_a_program_may_query_by_get(ui: ServedUi) -> None:
    answer = ui.client.get(f"{ui.url}/graphql", params={"query": STATE})
    assert answer.json()["data"]["scheduleOrError"]["scheduleState"]["status"] == "RUNNING"
    assert ui.client.get(f"{ui.url}/graphql", params={"query": "subscription { unknown }"}).status_code == 400


@pytest.mark.parametrize("text", ["", "mutation", "{", "{a" * 10_000, "{ version } \N{NULL}"])
def test_what_cannot_be_read_is_not_executed_from_a_url(ui: ServedUi, text: str) -> None:
    assert ui.client.get(f"{ui.url}/graphql", params={"query": text}).status_code == 403


def test_no_other_page_may_show_the_ui_in_a_frame(ui: ServedUi) -> None:
    for path in PATHS:
        headers = ui.client.get(f"{ui.url}{path}").headers
        assert headers["x-frame-options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in headers["content-security-policy"]


@pytest.mark.parametrize(
    ("host", "origin", "more", "status"),
    [
        (None, "https://evil.example", {}, 403),
        (None, "null", {}, 403),
        (None, "http://127.0.0.1:1", {}, 403),
        (None, None, {"sec-fetch-site": "cross-site", "sec-fetch-mode": "websocket"}, 403),
        ("evil.example", None, {}, 421),
        ("evil.example", "http://evil.example", {}, 421),
    ],
)
def test_a_websocket_of_another_page_is_not_opened(
    ui: ServedUi, host: str | None, origin: str | None, more: dict[str, str], status: int
) -> None:
    with (
        pytest.raises(InvalidStatus) as refused,
        socket.create_connection((LOOPBACK, ui.port)) as raw,
        connect(
            f"ws://{host or f'{LOOPBACK}:{ui.port}'}/graphql",
            sock=raw,
            origin=Origin(origin) if origin else None,
            additional_headers=more,
            proxy=None,
        ),
    ):
        pass
    assert refused.value.response.status_code == status
    assert b"BELIB_ALLOWED_HOSTS" in refused.value.response.body


@pytest.mark.parametrize("is_own_page", [True, False], ids=["own page", "program"])
def test_a_websocket_of_an_own_page_or_a_program_is_answered(ui: ServedUi, is_own_page: bool) -> None:
    origin = Origin(ui.url) if is_own_page else None
    protocols = [Subprotocol("graphql-ws")]
    with connect(f"ws://{LOOPBACK}:{ui.port}/graphql", origin=origin, subprotocols=protocols, proxy=None) as socket_:
        socket_.send(json.dumps({"type": "connection_init"}))
        assert json.loads(socket_.recv(timeout=300))["type"] == "connection_ack"


def test_what_is_refused_is_in_the_log(ui: ServedUi) -> None:
    assert status_of(ui, "/logged%0D%0Aout", origin="https://evil.example") == 403
    assert r"Refused GET '/logged\r\nout': A page of another site may only link to Dagster's UI" in ui.log
