"""`make bench-year`: a year of Paris from raw to the mart in two processes, then asked, checked and polled on."""

import sys
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import psutil
import typer

from belib_platform.repair.rebuild import rebuild_in_parallel
from belib_platform_tests.bench.after_long import poll_rows
from belib_platform_tests.bench.checked import check_rows
from belib_platform_tests.bench.held import byte_rows
from belib_platform_tests.bench.load import YEAR, paris_without_outages
from belib_platform_tests.bench.polled_bytes import polled_rows
from belib_platform_tests.bench.queries import query_rows
from belib_platform_tests.bench.results import FOLDER, Row, circumstances, console, publish, results_of, show
from belib_platform_tests.bench.site import Ground, ground
from belib_platform_tests.bench.straight_to_raw import load_straight

BEGIN = "<!-- from benchmarks/year/latest.json -->\n"
RESULTS = FOLDER / "year"

FIRST_DAY = date(YEAR, 1, 1)
DAYS, STATIONS, WORKERS, LOADERS = 365, 395, 2, 2
QUICK = {"days": 4, "stations": 20}

MAKE = "from belib_platform_tests.bench.year import make_days; make_days('{first}', '{last}', {workers})"

SAMPLED_EVERY_S = 0.2
MIB = 2**20


def main(
    quick: Annotated[bool, typer.Option("--quick", help="Four days of few points, no results kept.")] = False,
    days: Annotated[int, typer.Option(help="Of a year, or fewer: the results say how many.")] = DAYS,
    workers: Annotated[int, typer.Option(help="Processes that make the days.")] = WORKERS,
    home: Annotated[
        Path | None, typer.Option(help="A folder for the stores, which keeps raw for the next measurement.")
    ] = None,
) -> None:
    """Put a year into raw, make it, ask it, check it, poll on; seconds, memory and bytes in each store."""
    days, stations = QUICK.values() if quick else (days, STATIONS)
    before = circumstances()
    points = len(paris_without_outages(FIRST_DAY, 1, stations).live)
    told = f"{days} days of {points:,} points, polled every five minutes"
    console.print(told)
    with ground(home.resolve() if home else None) as servers:
        rows = []
        for row in _rows(servers, days, stations, workers):
            console.print("  ", *row.cells(), highlight=False)
            rows.append(row)
    show(rows, told)
    if not quick:
        for sentence in publish(results_of(before, told, rows), RESULTS, BEGIN):
            console.print(f"Slower than before: {sentence}", highlight=False)


def make_days(first: str, last: str, workers: int) -> None:
    """Make the UTC days of a range, both included, in the platform that the environment names."""
    begin, count = date.fromisoformat(first), (date.fromisoformat(last) - date.fromisoformat(first)).days + 1
    rebuild_in_parallel([begin + timedelta(days=n) for n in range(count)], workers)


def _rows(servers: Ground, days: int, stations: int, workers: int) -> Iterator[Row]:
    # in a home that stays, the next measurement begins with the raw layer that this one leaves
    raw = f"paris_{stations}"
    site = servers.new_site("year", raw)
    group = f"{days} days, raw to clean and mart"
    load_straight(FIRST_DAY, days, stations, LOADERS)
    yield from _made(group, days, workers)
    yield from byte_rows(servers, site, raw, FIRST_DAY, days, stations)
    yield from polled_rows(servers, stations)
    site.entered()
    yield from query_rows(site.urls.postgres, FIRST_DAY, days)
    yield from check_rows(FIRST_DAY, days)
    yield from poll_rows(servers, site, FIRST_DAY, days, stations)


def _made(group: str, days: int, workers: int) -> Iterator[Row]:
    make = MAKE.format(first=FIRST_DAY, last=FIRST_DAY + timedelta(days=days - 1), workers=workers)
    began, together, largest, busy_s = time.perf_counter(), 0.0, 0.0, dict[int, float]()
    process = psutil.Popen([sys.executable, "-c", make])
    while process.poll() is None:
        used = {one.pid: _used(one) for one in (process, *process.children(recursive=True))}
        held = [mib for mib, _ in used.values()]
        together, largest = max(together, sum(held)), max(largest, *held)
        busy_s |= {pid: max(seconds, busy_s.get(pid, 0.0)) for pid, (_, seconds) in used.items()}
        time.sleep(SAMPLED_EVERY_S)
    if process.returncode:
        raise AssertionError(f"the days were not made: exit code {process.returncode}")
    ranges = f"{workers} processes, at most 30 days a run"
    yield Row(group, "all days made", [time.perf_counter() - began], remark=ranges)
    yield Row(group, "processor time of these processes", [sum(busy_s.values())], remark="Dagster included, stores not")
    yield Row(group, "peak memory of these processes together", [together], "MiB")
    yield Row(group, "peak memory of the largest of them", [largest], "MiB")


def _used(process: psutil.Process) -> tuple[float, float]:
    """MiB in memory, and seconds of processor time so far."""
    try:
        times = process.cpu_times()
        return process.memory_info().rss / MIB, times.user + times.system
    except psutil.NoSuchProcess:
        return 0.0, 0.0


if __name__ == "__main__":
    typer.run(main)
