"""A home's partitions begin with its first start; an import of earlier days reaches the `belib up` that runs."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from belib_platform.first_day import NAME
from belib_platform.local.ports import any_free
from belib_platform.local.processes import wait_until
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.recordings import write_recordings
from belib_platform.simulator.server import serving

pytestmark = pytest.mark.slow

WAIT_S = 300.0
ASSET = {"path": ["charge_point_status"]}
KEYS = "query ($asset: AssetKeyInput!) { assetNodeOrError(assetKey: $asset) { ... on AssetNode { partitionKeys } } }"
LAUNCH = """mutation ($launch: LaunchBackfillParams!) {
    launchPartitionBackfill(backfillParams: $launch) { __typename ... on LaunchBackfillSuccess { backfillId } } }"""
STATUS = "query ($id: String!) { partitionBackfillOrError(backfillId: $id) { ... on PartitionBackfill { status } } }"


@dataclass
class Running:
    """A `belib up` with the platform's own definitions, on a home of its own."""

    home: Path
    environ: dict[str, str]
    url: str

    def first_partition(self) -> str:
        """The first partition that the UI knows."""
        found = self._asked(KEYS, asset=ASSET)["assetNodeOrError"]
        return str(found["partitionKeys"][0]) if found.get("partitionKeys") else ""

    def backfill(self, day: date) -> str:
        """Ask the daemon for a day, and wait for the backfill's end; its status."""
        launch = {"assetSelection": [ASSET], "partitionNames": [str(day)]}
        launched = self._asked(LAUNCH, launch=launch)["launchPartitionBackfill"]
        assert "backfillId" in launched, launched
        assert wait_until(lambda: self._status(launched["backfillId"]) not in {"REQUESTED", "COMPLETING"}, WAIT_S)
        return self._status(launched["backfillId"])

    def belib(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command on the same home."""
        command = [sys.executable, "-m", "belib_platform.cli", *arguments]
        return subprocess.run(
            command, env=self.environ, cwd=self.home, capture_output=True, text=True, timeout=WAIT_S, check=False
        )

    def _status(self, backfill: str) -> str:
        return str(self._asked(STATUS, id=backfill)["partitionBackfillOrError"]["status"])

    def _asked(self, query: str, **variables: Any) -> dict[str, Any]:
        answer = httpx.post(f"{self.url}/graphql", json={"query": query, "variables": variables}, timeout=WAIT_S)
        found: dict[str, Any] = answer.json()["data"]
        return found


@contextmanager
def up(environ: dict[str, str], home: Path) -> Iterator[Running]:
    """The command until the end of the block."""
    command = [sys.executable, "-m", "belib_platform.cli", "up", "--port", str(any_free())]
    with subprocess.Popen(command, env=environ, cwd=home, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            url = next(line for line in process.stdout if line.startswith("Dagster UI: ")).split()[-1]
            assert next(line for line in process.stdout if line == "Ready.\n")
            yield Running(home, environ, url)
        finally:
            process.terminate()
            process.communicate(timeout=300)


@pytest.fixture
def running() -> Iterator[Running]:
    """On an empty home; the APIs are simulated."""
    paris = Paris.draw(3, first_day=datetime.now(UTC).date(), days=2, stations=3)
    with tempfile.TemporaryDirectory(prefix="belib-", ignore_cleanup_errors=True) as folder, serving(paris) as apis:
        own = {
            "BELIB_HOME": folder,
            "BELIB_OPENDATASOFT_URL": apis.url,
            "BELIB_OPEN_METEO_URL": apis.url,
            "BELIB_WEATHER_PROVIDER": "open_meteo",
        }
        outside = {name: value for name, value in os.environ.items() if not name.startswith("BELIB_")}
        with up(outside | own, Path(folder)) as started:
            yield started


def test_partitions_begin_today_and_with_an_earlier_day_once_it_is_imported(running: Running, tmp_path: Path) -> None:
    today = datetime.now(UTC).date()
    assert (running.home / NAME).read_text() == f"{today}\n"
    assert running.first_partition() == str(today)

    day = today - timedelta(days=40)
    paris = Paris.draw(3, first_day=day, days=1, stations=3)
    write_recordings(paris, tmp_path, paris.begins_at, paris.begins_at + timedelta(hours=1))
    imported = running.belib("import", str(tmp_path))
    assert imported.returncode == 0, imported.stdout + imported.stderr
    assert (running.home / NAME).read_text() == f"{day}\n"
    assert wait_until(lambda: running.first_partition() == str(day), WAIT_S)

    # the daemon loads the definitions anew every minute; until then it may refuse the day
    assert wait_until(lambda: running.backfill(day) == "COMPLETED_SUCCESS", WAIT_S)
    rebuilt = running.belib("rebuild", str(day - timedelta(days=3)), str(day))
    assert rebuilt.returncode == 0, rebuilt.stdout + rebuilt.stderr
    assert "1 day up to date, 3 days without responses." in rebuilt.stdout
    assert (running.home / NAME).read_text() == f"{day}\n"
