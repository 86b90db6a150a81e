"""`belib api`: the API on the warehouse, with a role that cannot write, until a signal ends it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest

from belib_platform.api.app import REQUESTS_A_MINUTE
from belib_platform.local.ports import any_free
from belib_platform_tests.postgres_users import lesser_user

FIRST, SECOND = {"X-Forwarded-For": "203.0.113.1"}, {"X-Forwarded-For": "198.51.100.7, 203.0.113.2"}
"""What a proxy says of two clients, the second of whom says something, too."""


@contextmanager
def serving(**variables: str) -> "Iterator[tuple[subprocess.Popen[str], str]]":
    """`belib api` with these variables, and the address that it says; not port 8000, which may be another test's."""
    command = [sys.executable, "-m", "belib_platform.cli", "api", "--port", str(any_free())]
    environ = os.environ | variables
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            assert process.stdout.readline().startswith("Page: http://127.0.0.1:")
            yield process, process.stdout.readline().strip().removeprefix("API: ")
        finally:
            process.terminate()


def test_the_api_is_served_until_a_signal_ends_it(direct_url: str, tmp_path: Path) -> None:
    with lesser_user(direct_url) as reader, serving(BELIB_HOME=str(tmp_path), BELIB_READER_URL=reader) as (api, url):
        assert httpx.get(url, timeout=300).json()["openapi"].startswith("3.1")
        answer = httpx.get(url.replace("openapi.json", "stations"), timeout=300)
        assert (answer.status_code, answer.json()["detail"]) == (503, "The warehouse has no tables yet.")
        api.send_signal(signal.SIGINT)
        said, complained = api.communicate(timeout=300)
        assert (said, complained, api.returncode) == ("", "", 0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("trusted", "second"),
    [({}, HTTPStatus.OK), ({"FORWARDED_ALLOW_IPS": "192.0.2.0/24"}, HTTPStatus.TOO_MANY_REQUESTS)],
    ids=["a proxy on this machine", "a client that no proxy speaks for"],
)
def test_clients_behind_a_proxy_have_limits_of_their_own_where_the_proxy_is_trusted(
    tmp_path: Path, trusted: dict[str, str], second: HTTPStatus
) -> None:
    nobody = {"BELIB_HOME": str(tmp_path), "BELIB_READER_URL": "postgresql://reader@127.0.0.1:1/belib"}
    with serving(**nobody, **trusted) as (_, url), httpx.Client(timeout=300) as client:
        # twice as many, since a minute may end meanwhile
        answers = (client.get(url, headers=FIRST).status_code for _ in range(2 * REQUESTS_A_MINUTE + 1))
        assert HTTPStatus.TOO_MANY_REQUESTS in answers
        assert client.get(url, headers=SECOND).status_code == second
        assert client.get(url, headers=FIRST).status_code == HTTPStatus.TOO_MANY_REQUESTS
