"""Each fault of the network, from real sockets, is named so that a person knows what to look at."""

import errno
import socket
import ssl
from contextlib import ExitStack
from dataclasses import replace

import httpx
import pytest
import trustme

from belib_platform.sources import http
from belib_platform.sources.answer import SourceError
from belib_platform.sources.http import HttpPolicy, fetch
from belib_platform.sources.wire_faults import describe
from belib_platform_tests.sources.local_server import answering, serving


def fault(url: str, policy: HttpPolicy) -> str:
    with pytest.raises(SourceError) as caught:
        fetch(url, {}, policy=policy)
    assert (caught.value.is_transient, caught.value.answer) == (True, None)
    return str(caught.value)


def test_a_name_without_an_address_is_dns(quick: HttpPolicy) -> None:
    assert fault("https://nowhere.invalid/a/path", quick).startswith(
        "nowhere.invalid cannot be reached: its address cannot be found (DNS: "
    )


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_a_port_where_nobody_listens_refuses_whatever_addresses_are_tried(quick: HttpPolicy, name: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"{name}:{free.getsockname()[1]}"
        assert fault(f"http://{place}/a/path", quick) == f"{place} cannot be reached: it refuses the connection"


def test_a_host_that_takes_no_connection_is_a_time_out(quick: HttpPolicy) -> None:
    with ExitStack() as stack:
        full = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        place = f"127.0.0.1:{full.getsockname()[1]}"
        for _ in range(2):  # the queue of a socket that accepts nobody is full then
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            assert waiting.connect_ex(full.getsockname()) in (0, errno.EINPROGRESS)
        said = fault(f"http://{place}/a/path", replace(quick, connect_s=0.1))
    assert said == f"{place} cannot be reached: no answer to the attempt to connect in time (ConnectTimeout)"


def test_a_certificate_of_nobody_we_trust_is_tls(quick: HttpPolicy) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with serving(answering([])) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        said = fault(server.url.replace("http", "https"), quick)
    assert "cannot be trusted: its certificate is not valid (TLS: " in said


def test_a_certificate_of_another_name_is_tls(quick: HttpPolicy) -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("opendata.example").configure_cert(context)
    with (
        pytest.MonkeyPatch.context() as patch,
        authority.cert_pem.tempfile() as trusted,
        serving(answering([])) as server,
    ):
        patch.setattr(http, "_trusted", lambda: ssl.create_default_context(cafile=trusted))
        server.socket = context.wrap_socket(server.socket, server_side=True)
        said = fault(server.url.replace("http", "https"), quick)
    assert "cannot be trusted: its certificate is not valid (TLS: IP address mismatch" in said


def test_a_server_that_speaks_no_tls_is_tls(quick: HttpPolicy) -> None:
    with serving(answering([])) as server:
        said = fault(server.url.replace("http", "https"), quick)
    assert "cannot be asked: no secure connection came about (TLS: " in said


@pytest.mark.parametrize("number", [errno.ENETUNREACH, errno.EHOSTUNREACH])
def test_a_host_without_a_route_is_named_behind_several_addresses(number: int) -> None:
    error = httpx.ConnectError("All connection attempts failed")
    error.__cause__ = OSError("All connection attempts failed")
    error.__cause__.__cause__ = ExceptionGroup("two", [OSError("odd"), OSError(number, "no way")])
    assert describe(error) == "cannot be reached: there is no route to it (no way)"


def test_any_other_fault_keeps_its_own_words() -> None:
    assert describe(httpx.RemoteProtocolError("odd words")) == "could not be asked (RemoteProtocolError: odd words)"
