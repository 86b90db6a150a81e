"""Stores that die under the supervision of `belib up`, between runs and in the middle of one; no hand heals it."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import dagster as dg

from belib_platform.definitions import defs
from belib_platform.local.home import Home
from belib_platform.local.processes import wait_until
from belib_platform.local.supervision import Supervision
from belib_platform.resources.elasticsearch import ElasticsearchResource
from belib_platform.resources.postgres import PostgresResource
from belib_platform.sensors.lost_index import lost_index_sensor
from belib_platform_tests.dagster_storage import local_instance
from belib_platform_tests.faults.case import Case
from belib_platform_tests.faults.outages import INSERT, STORES, server
from belib_platform_tests.faults.points import Point, kill_server
from belib_platform_tests.faults.site import CADENCE, CHAIN, Site
from belib_platform_tests.faults.worker import PATIENCE_S, Struck, ended, started

SAID = re.compile(r"(\w+ ended and was started again) after \d+\.\d s\.")


@contextmanager
def supervised(site: Site) -> Iterator[Supervision]:
    """The site's stores, supervised as `belib up` does; what that says shows on the site."""
    home = Home(site.home) if site.home else None
    assert home
    said: list[str] = []
    supervision = Supervision(home, {s: home.recorded_port(s) for s in home.servers}, {}, said.append)
    with ExitStack() as stack:
        stack.callback(supervision.end)
        yield supervision
        assert wait_until(lambda: _look(supervision) and bool(said), PATIENCE_S), "nothing died, or nothing was said"
    for sentence in said:
        found = SAID.fullmatch(sentence)
        assert found, sentence
        site.said.add(f"belib up: {found[1]}")
    site.platform.warehouse.close()  # what this process had open was to the servers that died
    site.platform.search.close()


def _look(supervision: Supervision) -> bool:
    supervision.check()
    return True


def dies(name: str) -> Case:
    """The store is killed while nothing runs; by the next poll it is there again."""

    def happen(site: Site) -> None:
        with supervised(site):
            kill_server(str(server(site, name).data))  # type: ignore[attr-defined]
        site.poll()

    return Case("dies under belib up", name, happen, own_stores="disk")


def dies_in_run(name: str, point: Point) -> Case:
    """The store is killed while a run writes to it, and is there again while that run goes on or fails."""

    def happen(site: Site) -> None:
        with supervised(site) as supervision:
            data = str(server(site, name).data)  # type: ignore[attr-defined]
            worker = started(site, CHAIN, point, Struck(data))
            assert wait_until(lambda: _look(supervision) and not worker.is_alive(), PATIENCE_S)
            assert ended(site, worker) in {0, 1}
        responses = site.platform.store.responses("raw_belib").all_responses(site.today, site.today)
        before = site.expected["belib"]
        site.expected["belib"] = sum(response.is_sound for response in responses)
        assert name == "mongo" or site.expected["belib"] == before + 1
        site.clock.advance(CADENCE)

    return Case(f"{name} dies under belib up", point.told, happen, own_stores="disk")


def index_is_filled() -> Case:
    """The search server is killed; what fills the index is the sensor, before any poll."""

    def happen(site: Site) -> None:
        with supervised(site):
            kill_server(str(server(site, "search").data))  # type: ignore[attr-defined]

    def heal(site: Site) -> None:
        resources = {"elasticsearch": ElasticsearchResource(), "postgres": PostgresResource()}
        with (
            local_instance(site.folder) as instance,
            site.now(),
            dg.build_sensor_context(instance, repository_def=defs.get_repository_def(), resources=resources) as context,
        ):
            [asked] = lost_index_sensor.evaluate_tick(context).run_requests or []
        site.run(str(lost_index_sensor.job_name), site.today, keeps=False)
        assert asked.partition_key == site.today.isoformat()

    return Case("dies under belib up", "search, no poll after it", happen, heal, own_stores="disk", healed="its sensor")


CASES = [
    *(dies(name) for name in STORES),
    index_is_filled(),
    *(dies_in_run("mongo", point) for point in (INSERT, replace(INSERT, is_after=True))),
    *(
        dies_in_run("postgres", Point(what, what, table))  # type: ignore[arg-type]
        for table in ("charge_point_status", "station_availability_hourly")
        for what in ("rows", "note")
    ),
    *(dies_in_run("search", Point("request", "PUT", "/_bulk", is_after)) for is_after in (False, True)),
]
