"""The five-minute run, from a request over HTTP to the mart and the indices, and where its seconds go."""

import json
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg

from belib_platform.assets.partitions import DAILY
from belib_platform.checks.registry import check_specs
from belib_platform.definitions import defs
from belib_platform.jobs import BIKE_CHAIN, CHAIN, QUIET, SEARCHED
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.recordings import Network
from belib_platform_tests.bench.load import POLLS_A_DAY, midnight, paris_without_outages, write_load
from belib_platform_tests.bench.ours import import_load
from belib_platform_tests.bench.portal import Portal, portal
from belib_platform_tests.bench.results import Row, console
from belib_platform_tests.bench.site import Ground, Site

CADENCE = timedelta(minutes=5)
MANY = 200_000
"""Points: as many records as a response may have."""

GROUP = "A five-minute run"
FETCH, DAGSTER = "fetch and judge", "Dagster, between the steps"
LINK = "url_description_pdc"
WITHOUT_SEARCH = [asset for asset in CHAIN if asset not in SEARCHED]

Body = tuple[bytes, int]
"""A body of the feed, and how many records it has."""


@dataclass
class Polls:
    """A series of five-minute runs in one site: which bodies the feed answers with, and what was measured.

    The first of its runs warms up and does not count.
    """

    name: str
    site: Site
    bodies: Iterator[Body]
    times: int
    assets: Sequence[str] = tuple(CHAIN)
    network: Network = "belib"
    seconds: list[float] = field(default_factory=list)
    phases: list[dict[str, float]] = field(default_factory=list)

    def poll(self, shown: Portal) -> None:
        """Poll once."""
        shown.show(*next(self.bodies))
        keys = [dg.AssetKey(asset) for asset in self.assets]
        job, today = defs.resolve_job_def(f"{self.network}_five_minutely"), datetime.now(UTC).date().isoformat()
        instance = self.site.entered().instance
        began = time.perf_counter()
        run = job.execute_in_process(instance=instance, partition_key=today, asset_selection=keys, run_config=QUIET)
        self.seconds.append(time.perf_counter() - began)
        self.phases.append(phases_of(instance, run.run_id, self.seconds[-1]))
        console.print(f"  {self.name}: {self.seconds[-1]:,.2f} s", highlight=False)

    def row(self, remark: str) -> Row:
        """The seconds of the whole runs."""
        return Row(GROUP, self.name, self.seconds[1:], remark=remark)

    def phase_rows(self) -> list[Row]:
        """The seconds of each phase."""
        measured = self.phases[1:]
        return [
            Row(f"Where the seconds of {self.name} go", phase, [phases.get(phase, 0.0) for phases in measured])
            for phase in (FETCH, "raw", "clean", "mart", "search", DAGSTER)
        ]


def five_minute_runs(
    ground: Ground, stations: int, rounds: int, many: int, polls_a_day: int = POLLS_A_DAY
) -> list[Row]:
    """Rows for a run early and late in a day, one with very many points, and one of a job that does nothing.

    Waits at the beginning of a UTC day until its polls have a place, at most ten minutes.
    """
    now, passed = _late_enough(2 * polls_a_day * timedelta(seconds=1))
    paris = paris_without_outages(now.date(), 1, stations)
    every = min(CADENCE, passed / (2 * rounds + 2))
    asked = [now - every * n for n in range(rounds, -1, -1)]
    feed = [(paris.realtime_body(at), len(paris.live)) for at in asked]
    early = _with_past(ground, "early", paris, 1, asked[0])
    late = _with_past(ground, "late", paris, polls_a_day - 2, asked[0])
    bikes = _with_past(ground, "bikes", paris, polls_a_day - 2, asked[0], "velib")
    bike_feed = [(paris.bike_body(at), len(paris.bike_city)) for at in asked]
    series = [
        Polls("the third poll of a day", early, iter(feed), rounds + 1),
        Polls(f"the {polls_a_day}th poll of a day", late, iter(feed), rounds + 1),
        Polls(
            f"{many:,} points in a poll, no indices",
            ground.new_site("many"),
            (multiplied(body, many) for body, _ in feed),
            2,
            WITHOUT_SEARCH,
        ),
        Polls(f"the {polls_a_day}th poll of a day of Vélib'", bikes, iter(bike_feed), rounds + 1, BIKE_CHAIN, "velib"),
    ]
    idle_job, idle = nothing(), list[float]()
    with portal() as shown:
        os.environ["BELIB_OPENDATASOFT_URL"] = shown.url
        for number in range(rounds + 1):
            for polls in series:
                if number < polls.times:
                    polls.poll(shown)
            idle.append(seconds_of(idle_job, late.entered().instance))
    return [
        *(polls.row(f"{len(paris.live):,} points") for polls in series[:2]),
        series[2].row(
            ", ".join(f"{phase.name} {phase.median:.1f} s" for phase in series[2].phase_rows() if any(phase.rounds))
        ),
        series[3].row(f"{len(paris.bike_city):,} bike stations"),
        Row(GROUP, "a Dagster job that does nothing", idle[1:], remark="as many assets and checks"),
        *series[1].phase_rows(),
        *series[3].phase_rows(),
    ]


def _late_enough(needed: timedelta) -> tuple[datetime, timedelta]:
    """Now, and how much of today (UTC) has passed, which is as much as needed."""
    now = datetime.now(UTC)
    passed = now - midnight(now.date())
    if passed < needed:
        console.print(f"A day's polls are measured today: waiting {(needed - passed).seconds} s for some past of it.")
        time.sleep((needed - passed).total_seconds())
        return _late_enough(needed)
    return now, passed


def _with_past(
    ground: Ground, name: str, paris: Paris, polls: int, before: datetime, network: Network = "belib"
) -> Site:
    """A site with so many polls of today, spread over its hours so far."""
    begin, site = midnight(paris.first_day), ground.new_site(name)
    every = timedelta(seconds=max(1, (before - begin).total_seconds() // (polls + 1)))
    with tempfile.TemporaryDirectory(prefix="belib-bench-today-") as folder:
        load = write_load(paris, Path(folder, "all"), begin, before, every, network)
        import_load(site, load.first(polls, Path(folder, "some")))
    return site


def multiplied(body: bytes, many: int) -> Body:
    """The feed with so many points: its records again and again, with other ids.

    Without the link, which is half of each record: a response may hold 64 MiB.
    """
    sent = sorted(json.loads(body), key=lambda record: record["id_pdc"])  # the feed's order varies from poll to poll
    records = [{key: value for key, value in record.items() if key != LINK} for record in sent]
    copies = (
        {**records[n % len(records)], "id_pdc": f"FR*V75*E{n // 900:04d}*{n % 100:02d}*{n // 100 % 9}"}
        for n in range(many)
    )
    text = ",".join(json.dumps(record, ensure_ascii=False) for record in copies)
    return f"[{text}]".encode(), many


def phases_of(instance: dg.DagsterInstance, run_id: str, seconds: float) -> dict[str, float]:
    """Seconds by phase, from the run's events; what lies between the steps is Dagster's."""
    phases: dict[str, float] = {}
    begun: dict[str, float] = {}
    for entry in instance.all_logs(run_id):
        step = entry.step_key
        match entry.dagster_event_type:
            case dg.DagsterEventType.STEP_START:
                begun[step] = entry.timestamp
            case dg.DagsterEventType.STEP_OUTPUT if step in ("raw_belib", "raw_velib"):
                _add(phases, FETCH, entry.timestamp - begun[step])
                begun[step] = entry.timestamp
            case dg.DagsterEventType.STEP_SUCCESS:
                _add(phases, _group_of(step), entry.timestamp - begun[step])
    return phases | {DAGSTER: seconds - sum(phases.values())}


def _group_of(asset: str) -> str:
    return str(defs.resolve_asset_graph().get(dg.AssetKey(asset)).group_name)


def _add(phases: dict[str, float], phase: str, seconds: float) -> None:
    phases[phase] = phases.get(phase, 0.0) + seconds


def seconds_of(job: dg.JobDefinition, instance: dg.DagsterInstance) -> float:
    """Seconds of a run for today."""
    today, began = datetime.now(UTC).date().isoformat(), time.perf_counter()
    job.execute_in_process(instance=instance, partition_key=today, run_config=QUIET)
    return time.perf_counter() - began


def nothing() -> dg.JobDefinition:
    """A job with the chain's assets, their dependencies and their checks, none of which does anything."""
    selection = [_nothing(asset) for asset in CHAIN]
    job = dg.define_asset_job("nothing", selection=selection)
    return dg.Definitions(selection, jobs=[job], executor=dg.in_process_executor).resolve_job_def("nothing")


def _nothing(name: str) -> dg.AssetsDefinition:
    parents = [key.path[-1] for key in defs.resolve_asset_graph().get(dg.AssetKey(name)).parent_keys]
    specs = [dg.AssetCheckSpec(spec.name, asset=f"no_{name}") for spec in check_specs(name)]

    @dg.asset(
        name=f"no_{name}",
        deps=[f"no_{parent}" for parent in parents if parent in CHAIN],
        check_specs=specs,
        partitions_def=DAILY,
    )
    def nothing_made() -> Iterator[Any]:
        yield from (dg.AssetCheckResult(passed=True, check_name=spec.name) for spec in specs)
        yield dg.MaterializeResult()

    return nothing_made
