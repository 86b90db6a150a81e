import signal
import subprocess
import sys

import httpx

COMMAND = [sys.executable, "-c", "from belib_platform.cli.simulating import app; app()", "serve", "--port", "0"]


def test_it_says_where_it_serves_and_closes_on_interrupt() -> None:
    with subprocess.Popen([*COMMAND, "--stations", "2", "--days", "1"], stdout=subprocess.PIPE, text=True) as serving:
        assert serving.stdout is not None
        setting = "BELIB_OPENDATASOFT_URL="
        url = next(line for line in serving.stdout if line.startswith(setting)).strip().removeprefix(setting)
        forecast = httpx.get(f"{url}/v1/forecast", params={"latitude": 48.9, "longitude": 2.4})
        serving.send_signal(signal.SIGINT)
        said, _ = serving.communicate(timeout=300)
    assert forecast.status_code == 200
    assert said.endswith("Closed.\n")
    assert serving.returncode == 0
