"""`make bench-celery`: two months made by `belib rebuild --workers 2`, and by a backfill through two Celery workers."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer

from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.importing import import_recordings
from belib_platform.settings import load_settings
from belib_platform.simulator.paris import Paris
from belib_platform_tests.bench.load import YEAR, midnight, paris_without_outages, write_load
from belib_platform_tests.bench.results import FOLDER, Row, circumstances, console, keep, results_of, show
from belib_platform_tests.bench.site import Site, ground
from belib_platform_tests.deployment.celery import Celery

GROUP = "Raw to clean, mart and indices on one machine"
FIRST_DAY = date(YEAR, 1, 1)
DAYS, STATIONS, EVERY = 60, 150, timedelta(minutes=5)
"""Days of two runs, the most that one run makes each."""

QUICK = (31, 3, timedelta(hours=2))

ASKED_EVERY_S = 2.0
"""Seldom enough that the answers take no time from the runs."""


def main(
    quick: Annotated[bool, typer.Option("--quick", help="Few points and polls, no results kept.")] = False,
) -> None:
    """Import a history into raw, make it three times, and say how long that took."""
    days, stations, every = QUICK if quick else (DAYS, STATIONS, EVERY)
    paris = paris_without_outages(FIRST_DAY, days, stations)
    told = f"{days} days of {len(paris.live):,} points, polled every {every.total_seconds() / 60:.0f} minutes"
    console.print(told)
    with ground() as servers:
        raw = servers.new_site("raw")
        _import(raw, paris, every)
        before = circumstances()
        here = [_made_here(servers.new_site("before"), raw, paris)]
        celery, waited, rest = _made_by_celery(servers.new_site("celery"), raw, paris)
        here.append(_made_here(servers.new_site("after"), raw, paris))
    times = celery / statistics.mean(here)
    rows = [
        Row(GROUP, "`belib rebuild --workers 2`", here, remark="once before and once after the backfill"),
        Row(
            GROUP, "a backfill through Celery, two rebuilders", [celery], remark=f"{times:.2f} times the mean of these"
        ),
        Row(GROUP, "until its first run started", [waited], remark="part of it: Dagster's daemon looks every 30 s"),
        Row(GROUP, "`belib rebuild` afterwards", [rest], remark="part of it: what depends on days of two runs"),
    ]
    show(rows, told)
    if not quick:
        keep(results_of(before, told, rows), FOLDER / "celery")


def _import(site: Site, paris: Paris, every: timedelta) -> None:
    """A day at a time, so that the disk holds few recordings."""
    for n in range(paris.days):
        day = midnight(paris.first_day + timedelta(days=n))
        with tempfile.TemporaryDirectory(prefix="belib-bench-day-") as folder:
            write_load(paris, Path(folder), day, day + timedelta(days=1), every)
            import_recordings(find_recordings(Path(folder)), load_settings(), site.store())


def _days(paris: Paris) -> list[date]:
    return [paris.first_day + timedelta(days=n) for n in range(paris.days)]


def _rebuild(paris: Paris, *options: str) -> list[str]:
    return ["rebuild", *(day.isoformat() for day in (_days(paris)[0], _days(paris)[-1])), *options]


def _made_here(site: Site, raw: Site, paris: Paris) -> float:
    """Seconds that the command takes, its start included, with the raw layer of another site."""
    variables = {**os.environ, **site.variables, "BELIB_MONGO_URL": raw.urls.mongo}
    began = time.perf_counter()
    command = [sys.executable, "-m", "belib_platform.cli", *_rebuild(paris, "--workers=2")]
    subprocess.run(command, env=variables, check=True)
    return time.perf_counter() - began


def _made_by_celery(site: Site, raw: Site, paris: Paris) -> tuple[float, float, float]:
    """Seconds from the request to the last row, those of them until the first run started, and of the last command."""
    secrets = {
        "belib_mongo_url": raw.urls.mongo,
        "belib_postgres_url": site.urls.postgres,
        "belib_dagster_url": site.urls.dagster_postgres,
        "belib_elasticsearch_url": site.urls.elasticsearch,
    }
    settings = {"BELIB_FIRST_DAY": FIRST_DAY.isoformat(), "BELIB_SEARCH_PREFIX": site.variables["BELIB_SEARCH_PREFIX"]}
    with tempfile.TemporaryDirectory(prefix="belib-bench-celery-") as folder:
        celery = Celery(Path(folder), secrets, settings)
        try:
            celery.start()
            asked_at = time.time()
            runs = _runs_of(celery, _days(paris))
            began = time.perf_counter()
            celery.services.run("belib", *_rebuild(paris))
            rest_s = time.perf_counter() - began
        finally:
            celery.services.end()
    runs_s = max(run["endTime"] for run in runs) - asked_at
    return runs_s + rest_s, min(run["startTime"] for run in runs) - asked_at, rest_s


def _runs_of(celery: Celery, days: list[date]) -> list[dict[str, float]]:
    """The runs of a backfill of these days, once all have succeeded. Raises AssertionError where one has not."""
    backfill = celery.launch(days)
    while (found := celery.state(backfill))[0] == "REQUESTED":
        time.sleep(ASKED_EVERY_S)
    state, runs = found
    if state != "COMPLETED_SUCCESS":
        raise AssertionError(f"the backfill ended as {state}: {runs}")
    return runs


if __name__ == "__main__":
    typer.run(main)
