"""One client asks 10,000 times: it is answered up to the limit and refused from there on, at no cost in memory."""

import time
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from belib_platform.api.app import REQUESTS_A_MINUTE
from belib_platform_tests.api.conftest import History
from belib_platform_tests.api.serving import Serving, serving
from belib_platform_tests.api.test_present import NOON

pytestmark = pytest.mark.slow

REQUESTS, WARM_AFTER = 10_000, 1_000

PATH = f"/v1/stations?limit=50&as_of={NOON:%Y-%m-%dT%H:%M:%SZ}"

GROWTH_MIB = 1
"""About a hundred bytes of each refused request."""


class Client:
    """Asks over one connection, or over a new one each time."""

    def __init__(self, server: Serving, *, keeps_alive: bool) -> None:
        self._keeps_alive = keeps_alive
        self._connection = HTTPConnection(urlsplit(server.url).netloc, timeout=60)

    def ask(self) -> tuple[int, str | None]:
        """The status of the answer, and its Retry-After. Raises OSError and HTTPException if there is none."""
        self._connection.request("GET", PATH)
        answer = self._connection.getresponse()
        assert answer.read()
        if not self._keeps_alive:
            self.close()
        return answer.status, answer.headers.get("Retry-After")

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


@pytest.mark.parametrize("keeps_alive", [True, False], ids=["one connection", "a connection each"])
def test_a_client_that_floods_is_refused_and_costs_no_memory(history: History, keeps_alive: bool) -> None:
    with serving(history.url) as server, closing(Client(server, keeps_alive=keeps_alive)) as client:
        began = time.monotonic()
        answers = [client.ask() for _ in range(WARM_AFTER)]
        before_mib = server.resident_mib
        answers += [client.ask() for _ in range(REQUESTS - WARM_AFTER)]
        minutes = 1 + int((time.monotonic() - began) // 60)
        grown_mib = server.resident_mib - before_mib
    statuses = [status for status, _ in answers]
    assert statuses[: REQUESTS_A_MINUTE + 1] == [200] * REQUESTS_A_MINUTE + [429]
    assert set(statuses) == {200, 429}
    assert statuses.count(200) <= minutes * REQUESTS_A_MINUTE
    assert all(1 <= int(wait or 0) <= 60 for status, wait in answers if status == 429)
    assert grown_mib < GROWTH_MIB
