"""`make bench`: the platform beside other ways of doing the same."""

import tempfile
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Annotated

import polars as pl
import typer

from belib_platform_tests.bench import bulk_copy, dlt_pipelines, ours, row_by_row
from belib_platform_tests.bench.besides import rows_besides
from belib_platform_tests.bench.contestants import DifferentRunsError, race
from belib_platform_tests.bench.decoders import decoder_rows
from belib_platform_tests.bench.five_minutes import MANY, five_minute_runs
from belib_platform_tests.bench.load import DAY, POLLS_A_DAY, Load, midnight, paris_without_outages, write_load
from belib_platform_tests.bench.read_api import api_rows
from belib_platform_tests.bench.results import Row, circumstances, console, publish, results_of, show
from belib_platform_tests.bench.site import Ground, Site, ground

GROUP = "A day into the database"
STATIONS, ROUNDS = 395, 3
ASKED_S = 60
QUICK = {"stations": 20, "rounds": 1, "many": 2000, "polls_a_day": 20, "asked_s": 10}

OF_DEFAULTS, OF_SCRIPT = POLLS_A_DAY // 3, POLLS_A_DAY // 24
"""Polls of the day that the slow contestants load."""


def main(
    quick: Annotated[
        bool, typer.Option("--quick", help="Few points, one round, no results kept: does it still run?")
    ] = False,
) -> None:
    """Measure a day's load and the five-minute run, ours and others', in turns; at most 15 minutes on two cores.

    Exits with 1, and keeps no results, when a contestant's table says something else than ours.
    """
    before = circumstances()
    try:
        told, rows = _measured(**QUICK) if quick else _measured(STATIONS, ROUNDS, MANY)
    except DifferentRunsError as error:
        console.print(f"[red]{error}[/red]", highlight=False)
        raise typer.Exit(1) from error
    show(rows, told)
    if not quick:
        for sentence in publish(results_of(before, told, rows)):
            console.print(f"Slower than before: {sentence}", highlight=False)


def _measured(
    stations: int, rounds: int, many: int, polls_a_day: int = POLLS_A_DAY, asked_s: int = ASKED_S
) -> tuple[str, list[Row]]:
    paris = paris_without_outages(DAY, 1, stations)
    told = f"One day of {len(paris.live):,} points, polled {POLLS_A_DAY} times"
    console.print(told)
    with tempfile.TemporaryDirectory(prefix="belib-bench-load-") as folder, ground() as servers:
        polls = five_minute_runs(servers, stations, rounds, many, polls_a_day)
        load = write_load(paris, Path(folder, "day"), midnight(DAY), midnight(DAY) + timedelta(days=1))
        warm = servers.new_site("warm")
        ours.import_load(warm, load)
        day = _day(servers, warm, load, Path(folder), rounds)
        asked = api_rows(servers, stations, asked_s, polls_a_day)
        rows = [*day, *polls, *asked, *decoder_rows(load, rounds), *rows_besides(warm, DAY, rounds)]
    return told, rows


def _day(servers: Ground, warm: Site, load: Load, folder: Path, rounds: int) -> list[Row]:
    urls = servers.database("others")
    of_defaults, of_script = (load.first(polls, folder / f"{polls}") for polls in (OF_DEFAULTS, OF_SCRIPT))
    contestants = [
        *ours.contestants(servers, warm, load),
        *bulk_copy.contestants(urls.postgres, load),
        *dlt_pipelines.contestants(urls.postgres, load, of_defaults),
        *row_by_row.contestants(urls, of_script),
    ]

    @cache
    def expected(polls: int) -> pl.DataFrame:
        of_part = {part.polls: part for part in (of_defaults, of_script)}
        return ours.runs_of(warm if polls == load.polls else ours.imported(servers, of_part[polls]))

    return race(GROUP, contestants, rounds, lambda part: expected(part.polls))


if __name__ == "__main__":
    typer.run(main)
