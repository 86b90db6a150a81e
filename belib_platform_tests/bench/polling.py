"""The five-minute run: the whole chain in this process, from a request over HTTP to the mart."""

import os
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import dagster as dg

from belib_platform.definitions import defs
from belib_platform.jobs import CHAIN, QUIET, SEARCHED, belib_five_minutely
from belib_platform.raw.response import Response
from belib_platform.repair.rebuild import rebuild_days
from belib_platform.simulator.server import SimulatorServer
from belib_platform.sources.belib_realtime import BELIB
from belib_platform_tests.bench.site import Site
from belib_platform_tests.simulator.hand_clock import HandClock

CADENCE = timedelta(minutes=5)
WITHOUT_SEARCH = [asset for asset in CHAIN if asset not in SEARCHED]


@dataclass(frozen=True)
class Chain:
    """The five-minute run of a site, with these of its assets."""

    site: Site
    assets: Sequence[str] = tuple(CHAIN)

    def poll(self) -> float:
        """Seconds of one run."""
        self.site.enter()
        job, keys = defs.resolve_job_def(belib_five_minutely.name), [dg.AssetKey(asset) for asset in self.assets]
        today = datetime.now(UTC).date().isoformat()
        began = time.perf_counter()
        job.execute_in_process(instance=self.site.instance, partition_key=today, asset_selection=keys, run_config=QUIET)
        return time.perf_counter() - began


def median_polls(chains: Sequence[Chain], server: SimulatorServer, clock: HandClock, polls: int) -> list[float]:
    """Median seconds of each five-minute run; they take turns, so that a busy moment meets all alike."""
    os.environ["BELIB_OPENDATASOFT_URL"] = os.environ["BELIB_OPEN_METEO_URL"] = server.url
    rounds = []
    for _ in range(1 + polls):
        clock.advance(CADENCE)
        rounds.append([chain.poll() for chain in chains])
    return [statistics.median(seconds) for seconds in zip(*rounds[1:], strict=True)]  # the first warms up


def median_late_pages(site: Site, day: date, polls: int) -> float:
    """Median seconds to carry one more page of a full day through to the mart: the chain but for its request.

    The day's newest pages are taken out of the raw layer first, the day made without them, and each put back in turn.
    """
    store = site.store()
    derived = [asset for asset in WITHOUT_SEARCH if not asset.startswith("raw_")]
    responses = store.responses(BELIB.collection)
    late = [
        Response(**vars(metadata), body=body) for metadata, body in responses.bodies(responses.responses(day)[-polls:])
    ]
    store.database[BELIB.collection].delete_many({"_id": {"$in": [response.id for response in late]}})
    rebuild_days(site.instance, [day], derived)
    taken = []
    for response in late:
        store.keep(BELIB.collection, [response])
        began = time.perf_counter()
        rebuild_days(site.instance, [day], derived)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)
