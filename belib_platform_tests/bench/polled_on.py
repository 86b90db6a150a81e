"""A platform that a process of its own polls while something else is measured, as the live one is."""

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from multiprocessing.connection import Connection

from belib_platform.dagster_internals.instance import open_instance
from belib_platform.local.urls import Urls
from belib_platform_tests.bench.five_minutes import Body, Polls
from belib_platform_tests.bench.load import paris_without_outages
from belib_platform_tests.bench.portal import portal
from belib_platform_tests.bench.site import Site

SPAWN = multiprocessing.get_context("spawn")

PATIENCE_S = 300


@contextmanager
def polled_on(site: Site, first_day: date, stations: int, pause: timedelta) -> Iterator[list[float]]:
    """Poll a site again and again, with pauses, from after a first run to the end of the block.

    The list has the seconds of each five-minute run in the end. Raises AssertionError if one fails.
    """
    seconds: list[float] = []
    ours, theirs = SPAWN.Pipe()
    process = SPAWN.Process(target=_poll_on, args=(theirs, site.urls, site.variables, first_day, stations, pause))
    process.start()
    theirs.close()
    try:
        _told(ours)
        yield seconds
        ours.send("end")
        seconds += _told(ours)
        process.join(PATIENCE_S)
    finally:
        process.kill()
        process.join()


def _told(connection: Connection) -> list[float]:
    try:
        if connection.poll(PATIENCE_S):
            told: list[float] = connection.recv()
            return told
    except EOFError:
        pass
    raise AssertionError("The process that polls does not go on.")


def _poll_on(
    parent: Connection, urls: Urls, variables: dict[str, str], first_day: date, stations: int, pause: timedelta
) -> None:
    paris = paris_without_outages(first_day, 3, stations)

    def bodies() -> Iterator[Body]:
        while True:
            yield paris.realtime_body(datetime.now(UTC)), len(paris.live)

    os.environ.update(variables)
    with open_instance() as instance, portal() as shown:
        os.environ["BELIB_OPENDATASOFT_URL"] = shown.url
        polls = Polls("a run meanwhile", Site(urls, variables, instance), bodies(), times=0)
        polls.poll(shown)
        parent.send([])
        while not parent.poll(pause.total_seconds()):
            polls.poll(shown)
        parent.send(polls.seconds[1:])
