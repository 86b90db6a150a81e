"""`make bench-year`: a year of Paris from raw to the mart, day by day in two processes. It takes hours."""

import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import psutil
import psycopg
import typer

from belib_platform.monitoring.elasticsearch import observe_elasticsearch
from belib_platform.recordings.finding import find_recordings
from belib_platform.recordings.importing import import_recordings
from belib_platform.repair.rebuild import rebuild_in_parallel
from belib_platform.settings import load_settings
from belib_platform.simulator.paris import Paris
from belib_platform_tests.bench.load import YEAR, paris_without_outages, write_load
from belib_platform_tests.bench.results import FOLDER, Row, circumstances, console, keep, results_of, show
from belib_platform_tests.bench.site import Ground, Site, ground

GROUP = "A year, raw to clean and mart"
FIRST_DAY = date(YEAR, 1, 1)
DAYS, STATIONS, WORKERS = 365, 395, 2
QUICK = {"days": 4, "stations": 20}

WEEK = timedelta(days=7)
"""Recorded and imported together, so that the disk holds few recordings at a time."""

MAKE = "from belib_platform_tests.bench.year import make_days; make_days('{first}', '{last}')"

SAMPLED_EVERY_S = 0.2
MIB = 2**20


def main(
    quick: Annotated[bool, typer.Option("--quick", help="Four days of few points, no results kept.")] = False,
) -> None:
    """Import a year of recordings into raw, make it, and say what that took: seconds, memory, bytes in each store."""
    days, stations = QUICK.values() if quick else (DAYS, STATIONS)
    before = circumstances()
    paris = paris_without_outages(FIRST_DAY, days, stations)
    told = f"{days} days of {len(paris.live):,} points, polled every five minutes"
    console.print(told)
    with ground() as servers:
        site = servers.new_site("year")
        rows = [_imported(site, paris), *_made(site, paris), *_held(servers, site)]
    show(rows, told)
    if not quick:
        keep(results_of(before, told, rows), FOLDER / "year")


def _imported(site: Site, paris: Paris) -> Row:
    taken_s, count = 0.0, 0
    while (begin := paris.begins_at + count * WEEK) < paris.ends_at:
        with tempfile.TemporaryDirectory(prefix="belib-bench-year-") as folder:
            write_load(paris, Path(folder), begin, min(begin + WEEK, paris.ends_at))
            began = time.perf_counter()
            import_recordings(find_recordings(Path(folder)), load_settings(), site.store())
            taken_s += time.perf_counter() - began
        count += 1
        console.print(f"  imported up to {min(begin + WEEK, paris.ends_at):%Y-%m-%d}", highlight=False)
    return Row(GROUP, "recordings into raw, before", [taken_s], remark="one process")


def _made(site: Site, paris: Paris) -> Iterator[Row]:
    last = paris.first_day + timedelta(days=paris.days - 1)
    site.entered()
    began, together, largest = time.perf_counter(), 0.0, 0.0
    process = psutil.Popen([sys.executable, "-c", MAKE.format(first=paris.first_day, last=last)])
    while process.poll() is None:
        held = [_resident_mib(one) for one in (process, *process.children(recursive=True))]
        together, largest = max(together, sum(held)), max(largest, *held)
        time.sleep(SAMPLED_EVERY_S)
    if process.returncode:
        raise AssertionError(f"the days were not made: exit code {process.returncode}")
    yield Row(
        GROUP, "all days made", [time.perf_counter() - began], remark=f"{WORKERS} processes, a range of days each"
    )
    yield Row(GROUP, "peak memory of these processes together", [together], "MiB", "Dagster included, stores not")
    yield Row(GROUP, "peak memory of the largest of them", [largest], "MiB")


def make_days(first: str, last: str) -> None:
    """Make the UTC days of a range, both included, in the platform that the environment names."""
    begin, count = date.fromisoformat(first), (date.fromisoformat(last) - date.fromisoformat(first)).days + 1
    rebuild_in_parallel([begin + timedelta(days=n) for n in range(count)], WORKERS)


def _held(servers: Ground, site: Site) -> Iterator[Row]:
    """What each store holds in the end. The local Elasticsearch keeps the newest two days alone, in memory."""
    files = sum(file.stat().st_size for file in (servers.settings.home / "mongo").rglob("*") if file.is_file())
    yield Row(GROUP, "MongoDB holds", [files / MIB], "MiB", "files of the local server: every body, compressed")
    yield Row(GROUP, "PostgreSQL holds, tables", [_database_mib(site.urls.postgres)], "MiB", "with indexes")
    yield Row(GROUP, "PostgreSQL holds, Dagster's storage", [_database_mib(site.urls.dagster_postgres)], "MiB")
    indices = observe_elasticsearch(site.urls.elasticsearch, load_settings().search_prefix).tables
    yield Row(GROUP, "Elasticsearch holds", [sum(index.bytes or 0 for index in indices) / MIB], "MiB", "two days")


def _database_mib(url: str) -> float:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    return row[0] / MIB if row else 0.0


def _resident_mib(process: psutil.Process) -> float:
    try:
        return process.memory_info().rss / MIB
    except psutil.NoSuchProcess:
        return 0.0


if __name__ == "__main__":
    typer.run(main)
