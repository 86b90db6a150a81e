"""A signal ends `belib mcp` in order, with the server of its home that it started."""

import json
import os
import signal
import subprocess
import sys

import pytest

from belib_platform.local.processes import wait_until
from belib_platform_tests.forks import PATIENCE_S
from belib_platform_tests.local.homes import new_home, running

HELLO = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "a", "version": "1"}},
}

OWN = {"BELIB_POSTGRES_URL", "BELIB_READER_URL"}


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, None])
def test_a_signal_or_the_end_of_the_input_ends_it_and_the_server_it_started(
    number: signal.Signals | None,
) -> None:
    with new_home() as settings:
        env = {name: value for name, value in os.environ.items() if name not in OWN}
        with subprocess.Popen(
            [sys.executable, "-m", "belib_platform.cli", "mcp"],
            env=env | {"BELIB_HOME": str(settings.home)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdin
            assert process.stdout
            try:
                process.stdin.write(json.dumps(HELLO) + "\n")
                process.stdin.flush()
                assert json.loads(process.stdout.readline())["id"] == 1
                assert running(settings) == 1
                if number is None:
                    process.stdin.close()
                else:
                    process.send_signal(number)
                assert wait_until(lambda: process.poll() is not None, PATIENCE_S)
                assert (process.returncode, process.stdout.read()) == (0, "")
                assert process.stderr
                assert process.stderr.read() == ""
                assert running(settings) == 0
            finally:
                process.kill()
