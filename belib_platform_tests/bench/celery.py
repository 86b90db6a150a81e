"""`make bench-celery`: two months made by `belib rebuild --workers 2`, and by a backfill through two Celery workers."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
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
    """Import a history into raw, make it twice, and say how long that took."""
    days, stations, every = QUICK if quick else (DAYS, STATIONS, EVERY)
    paris = paris_without_outages(FIRST_DAY, days, stations)
    told = f"{days} days of {len(paris.live):,} points, polled every {every.total_seconds() / 60:.0f} minutes"
    console.print(told)
    with ground() as servers:
        local = servers.new_site("local")
        _import(local, paris, every)
        before = circumstances()
        rows = list(_made_here(paris))
        celery = servers.new_site("celery")
        with tempfile.TemporaryDirectory(prefix="belib-bench-celery-") as folder:
            rows += _made_by_celery(celery, local.urls.mongo, Path(folder), paris, rows[0].median)
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


def _made_here(paris: Paris) -> Iterator[Row]:
    """In the platform that was entered last."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-m", "belib_platform.cli", *_rebuild(paris, "--workers=2")], check=True)
    yield Row(GROUP, "`belib rebuild --workers 2`", [time.perf_counter() - began], remark="with the command's start")


def _made_by_celery(site: Site, mongo_url: str, folder: Path, paris: Paris, here_s: float) -> Iterator[Row]:
    secrets = {
        "belib_mongo_url": mongo_url,
        "belib_postgres_url": site.urls.postgres,
        "belib_dagster_url": site.urls.dagster_postgres,
        "belib_elasticsearch_url": site.urls.elasticsearch,
    }
    settings = {"BELIB_FIRST_DAY": FIRST_DAY.isoformat(), "BELIB_SEARCH_PREFIX": site.variables["BELIB_SEARCH_PREFIX"]}
    celery = Celery(folder, secrets, settings)
    try:
        celery.start()
        asked_at = time.time()
        runs = _runs_of(celery, _days(paris))
        runs_s = max(run["endTime"] for run in runs) - asked_at
        waited_s = min(run["startTime"] for run in runs) - asked_at
        again = time.perf_counter()
        celery.services.run("belib", *_rebuild(paris))
        rest_s = time.perf_counter() - again
    finally:
        celery.services.end()
    whole = runs_s + rest_s
    yield Row(
        GROUP, "a backfill through Celery, two rebuilders", [whole], remark=f"{whole / here_s:.2f} times the above"
    )
    yield Row(GROUP, "until its first run started", [waited_s], remark="part of it: Dagster's daemon looks every 30 s")
    yield Row(GROUP, "`belib rebuild` afterwards", [rest_s], remark="part of it: what depends on days of two runs")


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
