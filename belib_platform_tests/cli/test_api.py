"""`belib api`: the API on the warehouse, with a role that cannot write, until a signal ends it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx

from belib_platform_tests.postgres_users import lesser_user


def test_the_api_is_served_until_a_signal_ends_it(direct_url: str, tmp_path: Path) -> None:
    with lesser_user(direct_url) as reader:
        variables = {**os.environ, "BELIB_HOME": str(tmp_path), "BELIB_READER_URL": reader}
        command = [sys.executable, "-m", "belib_platform.cli", "api"]
        serving = subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert serving.stdout
        url = serving.stdout.readline().strip().removeprefix("API: ")
        assert httpx.get(url, timeout=300).json()["openapi"].startswith("3.1")
        answer = httpx.get(url.replace("openapi.json", "stations"), timeout=300)
        assert (answer.status_code, answer.json()["detail"]) == (503, "The warehouse has no tables yet.")
        serving.send_signal(signal.SIGINT)
        said, complained = serving.communicate(timeout=300)
        assert (said, complained, serving.returncode) == ("", "", 0)
