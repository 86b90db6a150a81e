"""Clients of the observer that ask for nothing, half, slowly, or do not read: none of them holds it up."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from belib_platform.local.addresses import Addresses
from belib_platform.local.ports import LOOPBACK
from belib_platform.monitoring.connections import BriefConnection
from belib_platform.monitoring.observer import Observer
from belib_platform.settings import Settings
from belib_platform_tests.monitoring.served import Served, served

PATIENCE_S = 300.0
AWAY = Settings(
    mongo_url="mongodb://127.0.0.1:1/a",
    postgres_url="postgresql://127.0.0.1:1/a",
    dagster_url="postgresql://127.0.0.1:1/a",
    elasticsearch_url="http://127.0.0.1:1",
    _env_file=None,
)
"""Stores that refuse at once: what is served matters here less than that it is."""


class Hasty(BriefConnection):
    """As patient as the platform is, in a fraction of the time."""

    request_s = 1.0
    response_s = 8.0
    at_once = 8


@pytest.fixture(scope="module")
def running() -> Iterator[Served]:
    """An observer whose connections are hasty."""
    with served(AWAY, Observer(AWAY, Addresses(AWAY)), Hasty) as started:
        yield started


def opened(running: Served) -> socket.socket:
    """A connection to it."""
    port = int(running.url.rpartition(":")[2])
    return socket.create_connection((LOOPBACK, port), timeout=PATIENCE_S)


def is_ended(raw: socket.socket) -> bool:
    """Whether the server ends the connection, sooner or later, without a word."""
    try:
        return raw.recv(1) == b""
    except ConnectionResetError:
        return True


@pytest.mark.family
@pytest.mark.parametrize(
    "begun",
    [b"", b"G", b"GET /metrics HTTP/1.1\r\n", b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nX-A: b\r\n"],
    ids=["nothing", "a letter", "a line", "half the headers"],
)
def test_a_request_that_does_not_come_to_its_end_ends_the_connection(running: Served, begun: bytes) -> None:
    with opened(running) as raw:
        raw.sendall(begun)
        assert is_ended(raw)


def test_headers_that_trickle_end_the_connection(running: Served) -> None:
    with opened(running) as raw:
        raw.sendall(b"GET /metrics HTTP/1.1\r\n")
        raw.settimeout(0.05)
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE_S:
            try:
                raw.sendall(b"x: y\r\n")
                if is_ended(raw):
                    break
            except TimeoutError:
                continue
            except (BrokenPipeError, ConnectionResetError):
                break
        assert time.monotonic() - began < PATIENCE_S / 2


@pytest.mark.slow
def test_a_connection_is_for_one_request(running: Served) -> None:
    with opened(running) as raw:
        raw.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = raw.makefile("rb").read().lower()  # to the connection's end
    assert answer.startswith(b"http/1.1 503")
    assert b"connection: close" in answer


def test_a_body_that_does_not_come_holds_up_nothing(running: Served) -> None:
    with opened(running) as raw:
        raw.sendall(b"POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n{")
        assert raw.makefile("rb").read().startswith(b"HTTP/1.1 405")


def test_however_many_wait_a_scrape_is_answered_and_the_oldest_are_ended(running: Served) -> None:
    with ExitStack() as held:
        waiting = [held.enter_context(opened(running)) for _ in range(10 * Hasty.at_once)]
        status, _ = running.health()
        assert status == 503
        assert all(map(is_ended, waiting))


def test_the_times_leave_room_for_a_look_and_end_within_what_a_scrape_waits() -> None:
    assert BriefConnection.request_s <= 5
    assert 6 < BriefConnection.response_s <= 10
