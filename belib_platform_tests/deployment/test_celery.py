"""A backfill by Celery's workers makes the rows that `belib rebuild --workers 2` makes, also where one is killed."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from belib_platform.contracts.bikes.mart import BikeCityDaily, BikeTomorrow, BikeTomorrowSkill
from belib_platform.contracts.clean import Arrondissement, WriteLock, WrittenWindow
from belib_platform.contracts.contract import name
from belib_platform.contracts.mart import Change, CityDaily, StationFreeHourly
from belib_platform.contracts.tables import TABLES
from belib_platform.local.processes import wait_until
from belib_platform.local.urls import Urls
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.importing import import_recordings
from belib_platform.settings import load_settings
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.recordings import write_recordings
from belib_platform.warehouse.registry import statistics
from belib_platform_tests.deployment.celery import WAIT_S, Celery, descendants
from belib_platform_tests.end_to_end.platform import Platform, new_platform, today

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("redis-server") is None, reason="no Redis on this machine (Debian: redis-server)"),
]

DAYS = 33
"""Of history: more than one run makes, so that a backfill is two runs."""

FIRST_DAY = today() - timedelta(days=DAYS)
STAMPS = ("run_id", "written_at", "revised_at")
REBUILD = ("rebuild", FIRST_DAY.isoformat(), (today() - timedelta(days=1)).isoformat())


@pytest.fixture(scope="module")
def history(stores: Urls) -> Iterator[Platform]:
    """A platform with a history in raw, and nothing made of it."""
    paris = Paris.draw(3, first_day=FIRST_DAY, days=DAYS, stations=3)
    with new_platform(stores) as platform:
        folder = Path(os.environ["BELIB_HOME"]) / "recordings"
        write_recordings(paris, folder, paris.begins_at, paris.ends_at, cadence_s=3600)
        import_recordings(find_recordings(folder), load_settings(), platform.store)
        yield platform


def days() -> list[date]:
    return [FIRST_DAY + timedelta(days=n) for n in range(DAYS)]


@pytest.fixture
def celery(history: Platform, stores: Urls, dagster_url: str, tmp_path: Path) -> Iterator[tuple[Celery, Platform]]:
    """Services that read the history's raw and write a warehouse of their own, which is empty."""
    with new_platform(stores) as platform:
        secrets = {
            "belib_mongo_url": history.mongo_url,
            "belib_postgres_url": platform.postgres_url,
            "belib_dagster_url": dagster_url,
            "belib_elasticsearch_url": stores.elasticsearch,
        }
        settings = {"BELIB_FIRST_DAY": FIRST_DAY.isoformat(), "BELIB_SEARCH_PREFIX": platform.search.prefix}
        made = Celery(tmp_path, secrets, settings)
        try:
            made.start()
            yield made, platform
        finally:
            made.services.end()


@pytest.fixture(scope="module")
def expected(history: Platform) -> dict[str, pl.DataFrame]:
    """Rows by table, as `belib rebuild --workers 2` makes them of the history."""
    command = [sys.executable, "-m", "belib_platform.cli", *REBUILD, "--workers=2"]
    variables = {**os.environ, "BELIB_FIRST_DAY": FIRST_DAY.isoformat()}
    subprocess.run(command, env=variables, check=True, capture_output=True, timeout=600)
    return rows(history)


def rows(platform: Platform) -> dict[str, pl.DataFrame]:
    """Every column of every table, but who wrote it when, of which the fingerprints of some tables are made, too.

    Statistics are of all days together: where two runs make days at once, the schedule `stale_statistics_daily` makes
    them again. The history has no borders, and changes are told in the order of the writings.
    """
    left_out = [WriteLock, Arrondissement, Change, *(table.contract for table in statistics())]
    of_data = [contract for contract in TABLES if contract not in left_out]
    found = {contract.__name__: platform.rows(contract).drop(STAMPS, strict=False) for contract in of_data}
    notes = found[WrittenWindow.__name__].filter(~pl.col("asset").is_in([table.name for table in statistics()]))
    of_writings = [
        name(CityDaily),
        name(StationFreeHourly),
        name(BikeCityDaily),
        name(BikeTomorrow),
        name(BikeTomorrowSkill),
    ]
    of_others = pl.when(~pl.col("asset").is_in(of_writings))
    found[WrittenWindow.__name__] = notes.with_columns(of_others.then(c).alias(c) for c in ("fingerprint", "settled"))
    return found


def completed(celery: Celery, backfill: str) -> list[str]:
    """Wait until a backfill is complete, and return the ids of its runs."""
    seen: list[str] = []

    def is_over() -> bool:
        seen[:] = [celery.state(backfill)[0]]
        return seen[0] not in {"REQUESTED", "CANCELING"}

    assert wait_until(is_over, WAIT_S), celery.state(backfill)
    assert seen == ["COMPLETED_SUCCESS"], celery.state(backfill)
    return [run["runId"] for run in celery.state(backfill)[1]]


def assert_same_rows(celery: Celery, platform: Platform, expected: dict[str, pl.DataFrame]) -> None:
    """After the command that makes what depends on days of two runs."""
    celery.services.run("belib", *REBUILD)
    found = rows(platform)
    for table, frame in expected.items():
        assert_frame_equal(found[table], frame)
    assert all(frame.height for table, frame in found.items() if not table.startswith("Bike"))


def test_two_rebuilders_make_the_rows_of_one_process_each(
    celery: tuple[Celery, Platform], expected: dict[str, pl.DataFrame]
) -> None:
    services, platform = celery
    at_once: set[int] = set()
    backfill = services.launch(days())

    def both_work() -> bool:
        started = [run["runId"] for run in services.state(backfill)[1] if run["status"] == "STARTED"]
        at_once.update(services.rebuilder_of(run).pid for run in started)
        return len(started) == 2

    assert wait_until(both_work, WAIT_S), services.state(backfill)
    assert at_once == {child.pid for child in services.rebuilders.values()}
    assert len(completed(services, backfill)) == 2
    assert_same_rows(services, platform, expected)


@pytest.mark.fault
@pytest.mark.parametrize("survivors", [False, True], ids=["with its child", "its main process only"])
def test_a_killed_rebuilder_costs_time_only(
    celery: tuple[Celery, Platform], expected: dict[str, pl.DataFrame], survivors: bool
) -> None:
    """A child that survives goes on while another rebuilder makes the same days: nothing is doubled."""
    services, platform = celery
    backfill = services.launch(days())
    in_the_middle: list[str] = []

    def has_made_a_table() -> bool:
        in_the_middle[:] = [
            run["runId"]
            for run in services.state(backfill)[1]
            if run["status"] == "STARTED" and "SUCCESS" in {step["status"] for step in run["stepStats"]}
        ]
        return bool(in_the_middle)

    assert wait_until(has_made_a_table, WAIT_S), services.state(backfill)
    rebuilder = services.rebuilder_of(in_the_middle[0])
    children = [] if survivors else descendants(rebuilder)
    for pid in (rebuilder.pid, *children):
        os.kill(pid, signal.SIGKILL)
    assert in_the_middle[0] in completed(services, backfill)
    assert any("Launching a new run worker to resume run" in text for text in services.messages(in_the_middle[0]))
    assert_same_rows(services, platform, expected)
