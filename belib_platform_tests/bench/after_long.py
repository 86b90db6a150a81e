"""A five-minute run in a platform with a long history, in turns with one in a platform with a day of it."""

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from belib_platform.raw.response import between
from belib_platform.repair.rebuild import rebuild_days
from belib_platform.sources.registry import raw_collections
from belib_platform_tests.bench.five_minutes import CADENCE, GROUP, Polls
from belib_platform_tests.bench.load import paris_without_outages, write_load
from belib_platform_tests.bench.ours import import_load
from belib_platform_tests.bench.portal import portal
from belib_platform_tests.bench.results import Row
from belib_platform_tests.bench.site import Ground, Site
from belib_platform_tests.bench.straight_to_raw import load_day

ROUNDS = 8


def poll_rows(servers: Ground, long: Site, first_day: date, days: int, stations: int) -> Iterator[Row]:
    """The seconds of a run after so many days and after one, and how many times as long the former is.

    Both have the same polls of today before. Raises AssertionError in the first hour of a UTC day: its polls have no
    place.
    """
    now = datetime.now(UTC)
    begin, paris = now - (ROUNDS + 1) * CADENCE, paris_without_outages(now.date(), 1, stations)
    if begin - CADENCE < paris.begins_at:
        raise AssertionError("Polls of today are measured: begin after 01:00 UTC.")
    short = servers.new_site("day")
    load_day(paris_without_outages(first_day, 1, stations), first_day, short.store())
    rebuild_days(short.instance, [first_day])
    for site in (short, long):
        _forget(site, now.date())
        with tempfile.TemporaryDirectory(prefix="belib-bench-today-") as folder:
            import_load(site, write_load(paris, Path(folder), begin - CADENCE, begin))
    feed = [(paris.realtime_body(begin + n * CADENCE), len(paris.live)) for n in range(ROUNDS + 1)]
    series = [
        Polls("a poll after a day", short, iter(feed), ROUNDS + 1),
        Polls(f"a poll after {days} days", long, iter(feed), ROUNDS + 1),
    ]
    with portal() as shown:
        os.environ["BELIB_OPENDATASOFT_URL"] = shown.url
        for number in range(ROUNDS + 1):
            # which one is first alternates, so that what it warms up favours neither
            for polls in series if number % 2 else reversed(series):
                polls.poll(shown)
    yield from (polls.row(f"{len(paris.live):,} points") for polls in series)
    pairs = zip(series[1].seconds[1:], series[0].seconds[1:], strict=True)
    yield Row(GROUP, "the latter, times the former", [later / sooner for later, sooner in pairs], "×")


def _forget(site: Site, today: date) -> None:
    """Take today out of raw: a home that stays may hold the polls of an earlier measurement."""
    database = site.entered().store().database
    for collection in ("poll_attempt", *raw_collections()):
        database[collection].delete_many(between(today, today))
