"""Two simulated days of polls with random faults: `python -m belib_platform_tests.faults.soak`.

Every poll asks, keeps, folds and loads the index as the chain does; one in an hour is the whole job in Dagster.
"""

import os
import random
import sys
import tempfile
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from belib_platform.local.stores import stores as local_stores
from belib_platform.raw.polling import PollError, poll
from belib_platform.search.availability import load_days
from belib_platform.search.hourly_index import AVAILABILITY
from belib_platform.search.present_index import CHARGE_POINTS
from belib_platform.search.unpartitioned import load_whole, present
from belib_platform.settings import Settings, load_settings
from belib_platform.simulator.faults import Fault
from belib_platform_tests.dagster_storage import local_instance
from belib_platform_tests.faults.answers import forget, plan
from belib_platform_tests.faults.comparison import cost_of
from belib_platform_tests.faults.site import (
    ARCHIVING,
    CADENCE,
    CHAIN,
    CLOSING,
    STATIC,
    WEATHER,
    Site,
    midnight_after,
    new_site,
    sources_of,
)
from belib_platform_tests.forgetful import forget_files
from belib_platform_tests.warehouse.days import refresh

forget_files()

BEGIN = datetime(2025, 3, 29, 0, 2, tzinfo=UTC)
HOURS = 48
AN_HOUR = 12
"""Polls of an hour."""

SHARE = 0.05
"""Polls that a fault strikes."""

FAULTS: list[Fault] = ["status_500", "html", "empty_list", "truncated", "cut_gzip", "redirect_to_itself"]
SETTLED = 25
"""The hour from which memory counts: until then code is imported and caches fill, last by the first night's jobs."""

DRIFT = 1.05
"""Memory of the last hour against that of hour SETTLED."""


def soak(hours: int = HOURS, seed: int = 1) -> int:
    """Live through the hours; returns 1 when something was lost, doubled, or memory grew."""
    dice, struck, memory = random.Random(seed), 0, list[float]()
    with (
        tempfile.TemporaryDirectory(prefix="belib-", ignore_cleanup_errors=True) as home,
        local_stores(Settings(home=Path(home), _env_file=None)) as urls,
        new_site(urls, BEGIN, days=5) as site,
        local_instance(site.folder) as instance,  # an ephemeral one keeps all events in memory
    ):
        site.platform = replace(site.platform, instance=instance)
        began = time.monotonic()
        for number in range(hours * AN_HOUR):
            is_struck = dice.random() < SHARE
            struck += is_struck
            step(site, number, dice.choice(FAULTS) if is_struck else None)
            memory.append(psutil.Process().memory_info().rss / 2**20)
        seconds = time.monotonic() - began
        finish(site)
        cost = cost_of(site)
    return report(hours, seconds, struck, memory, cost.where)


def step(site: Site, number: int, fault: Fault | None) -> None:
    """One poll, and what else is due; then it is five minutes later."""
    if number % AN_HOUR == 3:
        site.run(WEATHER)
    if number % (24 * AN_HOUR) == 40:
        site.run(STATIC)
    if number and number % (24 * AN_HOUR) == 0:
        for nightly in (CLOSING, ARCHIVING):
            site.run(nightly, site.today - timedelta(days=1))
    if fault:
        plan(site, "belib", fault)
    if number % AN_HOUR == 6:
        site.run(CHAIN, keeps=fault is None, must_succeed=fault is None)
    else:
        chain(site, fault)
    forget(site, "belib")
    site.clock.advance(CADENCE)


def chain(site: Site, fault: Fault | None) -> None:
    """The chain without Dagster."""
    store, warehouse, search = site.platform.store, site.platform.warehouse, site.platform.search
    [source] = sources_of(CHAIN)
    with site.now():
        try:
            store.keep(source.collection, [poll(source, load_settings(), store)])
            site.expect(CHAIN)
        except PollError:
            if fault is None:
                raise
            return
        refresh(store, warehouse, site.today, now=site.clock.at)
        load_days(search, warehouse, AVAILABILITY, [site.today])
        load_whole(search, warehouse, present(warehouse, CHARGE_POINTS))


def finish(site: Site) -> None:
    """The last night, as every night."""
    last = (site.clock.at - CADENCE).date()
    site.clock.at = midnight_after(site.clock.at - CADENCE) + timedelta(minutes=4)
    for nightly in (CLOSING, ARCHIVING):
        site.run(nightly, last)
    site.run(CHAIN)


def report(hours: int, seconds: float, struck: int, memory: list[float], where: list[str]) -> int:
    """Print what came of it."""
    means = [sum(memory[at : at + AN_HOUR]) / AN_HOUR for at in range(0, len(memory), AN_HOUR)]
    settled = means[SETTLED:]
    memory_is = "too short to tell" if not settled else "flat" if settled[-1] <= DRIFT * settled[0] else "it grew"
    print(f"{hours} simulated hours, {hours * AN_HOUR} polls in {seconds:.0f} s; {struck} struck by a fault")  # noqa: T201
    print(f"lost or doubled against the fault-free run of the polls kept: {', '.join(where) or 'nothing'}")  # noqa: T201
    told = ", ".join(f"{mean:.0f}" for mean in means)
    print(f"resident memory by hour, MiB: {told}; {memory_is}")  # noqa: T201
    return int(bool(where) or memory_is == "it grew")


if __name__ == "__main__":
    os.environ.setdefault("POLARS_MAX_THREADS", "2")
    sys.exit(soak(int(sys.argv[1]) if len(sys.argv) > 1 else HOURS))
