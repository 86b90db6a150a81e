"""The benchmark: exit code 0 when every target is met."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

import typer

from belib_platform.jobs import DERIVED
from belib_platform.repair.rebuild import rebuild_days
from belib_platform.simulator.faults import FaultPlan
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.server import serving
from belib_platform_tests.bench.archive import figures_of_the_archive
from belib_platform_tests.bench.day import figures_of_a_day
from belib_platform_tests.bench.figures import CORES, Figure, Figures, console
from belib_platform_tests.bench.history import import_past
from belib_platform_tests.bench.loading import figure_of_loading
from belib_platform_tests.bench.month import rebuild_in_a_process
from belib_platform_tests.bench.polling import CADENCE, WITHOUT_SEARCH, Chain, median_late_pages, median_polls
from belib_platform_tests.bench.site import Site, ground
from belib_platform_tests.simulator.hand_clock import HandClock

SEED = 5
RATIO_TARGET = 1.2
SEARCH_TARGET_S = 1
MEMORY_TARGET_MIB = 1024
QUICK = {"days": 3, "stations": 60, "polls": 3}


def main(
    days: Annotated[int, typer.Option(min=2, max=30, help="UTC days of history for the long runs.")] = 30,
    stations: Annotated[int, typer.Option(min=5, max=800, help="Stations, about 5.4 points each.")] = 380,
    polls: Annotated[int, typer.Option(min=1, max=100, help="Five-minute runs measured on each history.")] = 20,
    quick: Annotated[bool, typer.Option("--quick", help="Little of everything: does it still run?")] = False,
) -> None:
    """Measure a five-minute run, a day, a month and an import; about ten minutes."""
    if quick:
        days, stations, polls = QUICK["days"], QUICK["stations"], QUICK["polls"]
    now = datetime.now(UTC)
    paris = _paris_without_outages(now.date() - timedelta(days=days), days + 2, stations)
    figures = Figures(f"{days} days of {len(paris.live):,} charge points, asked every five minutes; {CORES} cores")
    with (
        ground() as servers,
        servers.site("short") as short,
        servers.site("long") as long,
        servers.site("plain") as plain,
    ):
        _measure(figures, paris, now, polls, short, long, plain)
    raise typer.Exit(0 if figures.show() else 1)


def _paris_without_outages(first_day: date, days: int, stations: int) -> Paris:
    paris = Paris.draw(SEED, first_day=first_day, days=days, stations=stations)
    paris.outages.clear()
    return paris


def _measure(figures: Figures, paris: Paris, now: datetime, polls: int, short: Site, long: Site, plain: Site) -> None:
    today = datetime.combine(now.date(), time(), UTC)
    yesterday = today - timedelta(days=1)
    heard = max(now - (polls + 2) * CADENCE, today)  # the polls measured hear what the feed says from then on
    figures.add(figure_of_loading())
    console.print("Writing and importing recordings")
    written, taken_s = import_past(paris, paris.begins_at, yesterday, [long])
    figures.add(Figure("import", written / taken_s, "pages/s", remark=f"{written:,} recordings in {taken_s:,.0f} s"))
    import_past(paris, yesterday, heard, [short, long, plain])
    console.print("A day")
    short.enter()
    for figure in figures_of_a_day(short, yesterday.date()):
        figures.add(figure)
    for figure in figures_of_the_archive(short, yesterday.date()):
        figures.add(figure)
    for site in (short, plain):
        site.enter()
        rebuild_days(site.instance, [yesterday.date(), today.date()], DERIVED)
    console.print("A range of days")
    _measure_range(figures, paris, today, long)
    console.print("Five-minute runs")
    _measure_polls(figures, paris, heard, polls, [Chain(short), Chain(long), Chain(plain, WITHOUT_SEARCH)])
    late_s = median_late_pages(long, yesterday.date(), polls)
    figures.add(Figure("one more page at the end of a full day", late_s, "s", remark="the chain but for its request"))


def _measure_range(figures: Figures, paris: Paris, today: datetime, site: Site) -> None:
    past = [paris.first_day + timedelta(days=n) for n in range((today.date() - paris.first_day).days)]
    taken_s, peak_mib = rebuild_in_a_process(site, past)
    figures.add(Figure(f"{len(past)} days in one run", taken_s, "s", remark="raw to mart, one process"))
    figures.add(Figure("its peak memory", peak_mib, "MiB", MEMORY_TARGET_MIB, "all of the process, Dagster included"))
    site.enter()
    rebuild_days(site.instance, [today.date()], DERIVED)


def _measure_polls(figures: Figures, paris: Paris, heard: datetime, polls: int, chains: list[Chain]) -> None:
    clock = HandClock(heard)
    with serving(paris, clock=clock, faults=FaultPlan()) as server:
        short_s, long_s, plain_s = median_polls(chains, server, clock, polls)
    days = (heard.date() - paris.first_day).days
    so_far = f"median of {polls}; HTTP to mart and index, at {heard:%H:%M} UTC"
    figures.add(Figure("a five-minute run after 1 day", short_s, "s", remark=so_far))
    figures.add(Figure(f"a five-minute run after {days} days", long_s, "s", remark="in turns with those after 1 day"))
    figures.add(Figure("their ratio", long_s / short_s, "×", RATIO_TARGET))
    figures.add(Figure("of a run after 1 day, search", short_s - plain_s, "s", SEARCH_TARGET_S, "local search server"))


if __name__ == "__main__":
    typer.run(main)
