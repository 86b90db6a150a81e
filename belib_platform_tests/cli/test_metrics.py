"""`belib metrics` and `belib status`: the stores, observed for a machine and for a person."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import httpx
from pymongo import MongoClient

from belib_platform.local.ports import LOOPBACK, METRICS_PORT, is_free
from belib_platform.raw.store import RawStore
from belib_platform_tests.cli.conftest import Belib
from belib_platform_tests.raw.made_pages import response


def test_metrics_are_served_beside_a_taken_port_until_a_signal_ends_it(
    mongo_url: str, postgres_url: str, tmp_path: Path
) -> None:
    variables = {
        **os.environ,
        "BELIB_HOME": str(tmp_path),
        "BELIB_MONGO_URL": mongo_url,
        "BELIB_POSTGRES_URL": postgres_url,
        "BELIB_DAGSTER_URL": postgres_url,
        "BELIB_ELASTICSEARCH_URL": "http://127.0.0.1:1",
    }
    with ExitStack() as taken:
        if is_free(METRICS_PORT):
            taken.enter_context(socket.create_server((LOOPBACK, METRICS_PORT)))
        command = [sys.executable, "-m", "belib_platform.cli", "metrics"]
        serving = subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert serving.stdout
        url = serving.stdout.readline().strip().removeprefix("Metrics: ")
        assert url.startswith(f"http://{LOOPBACK}:")
        assert f":{METRICS_PORT}/" not in url
    answer = httpx.get(url, timeout=300)
    assert answer.status_code == 200
    assert 'belib_store_up{store="mongo"} 1.0' in answer.text
    assert 'belib_store_up{store="elasticsearch"} 0.0' in answer.text
    assert 'belib_build_info{python_version="' in answer.text
    serving.send_signal(signal.SIGINT)
    said, complained = serving.communicate(timeout=300)
    assert (said, complained, serving.returncode) == ("", "", 0)


def test_status_shows_the_same_to_a_person(belib: Belib, mongo_url: str) -> None:
    client: MongoClient[dict[str, object]] = MongoClient(mongo_url, tz_aware=True)
    now = datetime.now(UTC)
    with client:
        RawStore(client.get_default_database()).keep("raw_belib", [response([{}], now)])
    shown = belib("status")
    assert shown.returncode == 0, shown.stderr
    lines = dict(line.strip().split("  ", 1) for line in shown.stdout.splitlines() if "  " in line.strip())
    lines = {what: state.strip() for what, state in lines.items()}
    assert lines["Newest sound poll of belib"] == f"{now:%Y-%m-%d %H:%M:%S} UTC"
    assert lines["Polls in 24 hours"] == "1 sound"
    assert lines["Daemon's heartbeat"] == "none yet"
    assert lines["raw.poll_attempt"].startswith("1 rows, ")
    assert lines["Archive"] == "0 days, 0.00 MB"
    assert lines["Disk"].endswith(" GB are free where the home is")
