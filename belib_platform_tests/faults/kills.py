"""SIGKILL of the worker: at each step's boundary, and before, in and after each write."""

from collections.abc import Iterator
from datetime import timedelta

from belib_platform.jobs import BIKE_CHAIN as BIKE_STEPS
from belib_platform.jobs import CHAIN as CHAIN_STEPS
from belib_platform_tests.faults.answers import BOTH, PATHS, first
from belib_platform_tests.faults.case import Case
from belib_platform_tests.faults.points import Point
from belib_platform_tests.faults.site import (
    ARCHIVING,
    BIKE_CHAIN,
    CADENCE,
    CHAIN,
    CLOSING,
    WEATHER,
    Site,
    midnight_after,
)
from belib_platform_tests.faults.worker import KILLED, ended, started


def steps(names: list[str]) -> Iterator[Point]:
    """The boundary before each step, and the end of the last one."""
    yield from (Point("step", "STEP_START", name) for name in names)
    yield Point("step", "STEP_SUCCESS", names[-1])


def writes(collection: str, sources: int = 1) -> Iterator[Point]:
    """All that a poll of so many sources writes to MongoDB: each attempt begins, then the responses, then what came."""
    for is_after in (False, True):
        yield Point("mongo", "update", "poll_attempt", is_after)
        yield Point("mongo", "insert", collection, is_after)
        yield Point("mongo", "update", "poll_attempt", is_after, number=sources + 1)


def latest(collection: str) -> list[Point]:
    """Before and after the latest documents are written."""
    return [Point("mongo", "update", collection, is_after) for is_after in (False, True)]


def tables(names: list[str]) -> Iterator[Point]:
    """While each table's rows are written, and before its note."""
    for name in names:
        yield Point("rows", "rows", name)
        yield Point("note", "note", name)


REQUESTS = [
    Point("request", "PUT", "/_bulk"),
    *(Point("request", "PUT", "/_bulk", True, number) for number in (1, 2, 3)),
    *(Point("request", "POST", "/_refresh", number=number) for number in (1, 2, 3)),
]
"""The first of each is of the borders, which wait for no poll."""

BEFORE_THE_PAGE = {"raw_belib", "raw_velib", "belib_arrondissements"}
"""Steps at whose start no response is kept yet; the index of the borders waits for no poll."""

CHAIN_TABLES = ["charge_point_status", "poll", "charge_point_day", "charge_point", "station"]
BIKE_TABLES = [
    "bike_station_status",
    "poll",
    "bike_station_day",
    "bike_station",
    "bike_availability_hourly",
]
EXPORTED = [".city_daily.csv.part", ".city_daily.parquet.part", ".README.md.part"]
ARCHIVED = [".tar.zst.part", ".manifest.jsonl.part"]


def killed(point: Point, job: str, *, keeps: bool) -> Case:
    """The worker of a job is killed at the point; `keeps` where the response was kept before."""

    def happen(site: Site) -> None:
        if point.place == "rejected_record":
            site.server.faults.plan(PATHS["belib"], first(id_pdc="FR*A23*EPX10*11*1"))
        assert ended(site, started(site, job, point)) == KILLED, "the point was never reached"
        if keeps:
            site.expect(job)
        site.clock.advance(CADENCE)

    def heal(site: Site) -> None:
        if job not in site.chains:
            site.run(job)
        site.poll()

    kind = "worker killed" if job == CHAIN else f"worker of {job} killed"
    return Case(kind, point.told, happen, heal, networks=BOTH if job == BIKE_CHAIN else "belib")


def killed_at_night(point: Point, job: str) -> Case:
    """The same of a nightly job, a day later; it is run again."""

    def happen(site: Site) -> None:
        yesterday = site.today
        site.clock.at = midnight_after(site.clock.at) + timedelta(minutes=4)
        assert ended(site, started(site, job, point, day=yesterday)) == KILLED, "the point was never reached"

    def heal(site: Site) -> None:
        yesterday = site.today - timedelta(days=1)
        for nightly in (CLOSING, ARCHIVING):
            site.run(nightly, yesterday)
        site.poll()

    return Case(f"worker of {job} killed", point.told, happen, heal)


def is_kept(point: Point) -> bool:
    """Whether the response was in raw when the worker was killed."""
    if point.what == "request":
        return point.number > 1
    if point.what != "mongo" or point.place.endswith("_latest"):
        return True
    return point.is_after if point.event == "insert" else point.number > 1


CASES = [
    *(killed(point, CHAIN, keeps=point.place not in BEFORE_THE_PAGE) for point in steps(CHAIN_STEPS)),
    *(killed(point, CHAIN, keeps=is_kept(point)) for point in (*writes("raw_belib"), *latest("raw_belib_latest"))),
    *(killed(point, CHAIN, keeps=True) for point in tables([*CHAIN_TABLES, "station_availability_hourly"])),
    killed(Point("rows", "rows", "rejected_record"), CHAIN, keeps=True),
    *(killed(point, BIKE_CHAIN, keeps=point.place not in BEFORE_THE_PAGE) for point in steps(BIKE_STEPS)),
    *(killed(point, BIKE_CHAIN, keeps=is_kept(point)) for point in (*writes("raw_velib"), *latest("raw_velib_latest"))),
    *(killed(point, BIKE_CHAIN, keeps=True) for point in tables(BIKE_TABLES)),
    *(killed(point, CHAIN, keeps=is_kept(point)) for point in REQUESTS),
    *(killed(point, WEATHER, keeps=is_kept(point)) for point in writes("raw_meteo", sources=3)),
    *(killed(point, WEATHER, keeps=True) for point in tables(["weather_forecast"])),
    *(killed_at_night(point, CLOSING) for point in tables(["charge_point_status", "city_daily"])),
    *(killed_at_night(Point("file", event, name), CLOSING) for name in EXPORTED for event in ("open", "os.rename")),
    *(killed_at_night(Point("file", event, name), ARCHIVING) for name in ARCHIVED for event in ("open", "os.rename")),
]
