"""The five-minute run: the whole chain in this process, from a request over HTTP to the mart."""

import os
import statistics
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from belib_platform.definitions import defs
from belib_platform.jobs import CHAIN, belib_five_minutely
from belib_platform.raw.page import Page
from belib_platform.rebuild import rebuild_days
from belib_platform.simulator.clock import HandClock
from belib_platform.simulator.server import SimulatorServer
from belib_platform.sources.belib_realtime import BELIB
from belib_platform_tests.bench.site import Site

CADENCE = timedelta(minutes=5)


def median_polls(sites: Sequence[Site], server: SimulatorServer, clock: HandClock, polls: int) -> list[float]:
    """Median seconds of a five-minute run on each site, which take turns, so that a busy moment meets all alike."""
    os.environ["BELIB_OPENDATASOFT_URL"] = os.environ["BELIB_OPEN_METEO_URL"] = server.url
    taken: list[list[float]] = [[] for _ in sites]
    for turn in range(-1, polls):
        clock.advance(CADENCE)
        for site, seconds in zip(sites, taken, strict=True):
            seconds += [_poll(site)] if turn >= 0 else _warm_up(site)
    return [statistics.median(seconds) for seconds in taken]


def _warm_up(site: Site) -> list[float]:
    _poll(site)
    return []


def _poll(site: Site) -> float:
    site.enter()
    job = defs.resolve_job_def(belib_five_minutely.name)
    began = time.perf_counter()
    job.execute_in_process(instance=site.instance, partition_key=datetime.now(UTC).date().isoformat())
    return time.perf_counter() - began


def median_late_pages(site: Site, day: date, polls: int) -> float:
    """Median seconds to carry one more page of a full day through to the mart: the chain but for its request.

    The day's newest pages are taken out of the raw layer first, the day made without them, and each put back in turn.
    """
    store = site.store()
    pages = store.pages(BELIB.collection, day, day)
    late = [Page(**vars(head), body=body) for head, body in pages.bodies(pages.heads(day)[-polls:])]
    store.database[BELIB.collection].delete_many({"_id": {"$in": [page.id for page in late]}})
    rebuild_days(site.instance, [day])
    derived = [asset for asset in CHAIN if not asset.startswith("raw_")]
    taken = []
    for page in late:
        store.keep(BELIB.collection, [page])
        began = time.perf_counter()
        rebuild_days(site.instance, [day], derived)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)
