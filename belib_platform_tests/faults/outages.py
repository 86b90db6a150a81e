"""Stores that are killed in the middle of writes, that are away over several polls, or whose disk is full."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from belib_platform.local.home import Home
from belib_platform.local.server import Server
from belib_platform.local.stores import stores as local_stores
from belib_platform.local.urls import Urls
from belib_platform.settings import Settings
from belib_platform_tests.faults.case import Case
from belib_platform_tests.faults.points import Point, kill_server
from belib_platform_tests.faults.site import CADENCE, CHAIN, CLOSING, Site, midnight_after
from belib_platform_tests.faults.worker import Struck, ended, started

STORES = ("mongo", "postgres", "search")
DISK = "96m"
"""A disk on which every store fits, and little else."""


@contextmanager
def own_stores(disk: str | None = None) -> Iterator[tuple[Path, Urls]]:
    """Servers of one case alone, so that it may kill them; on a small disk of its own where its size is given."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="belib-", ignore_cleanup_errors=True)))
        if disk:
            stack.enter_context(small_disk(folder, disk))
        urls = stack.enter_context(local_stores(settings_of(folder)))
        patient = f"{urls.mongo}?serverSelectionTimeoutMS=300"
        yield folder, replace(urls, mongo=patient)


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    """A file system in memory, mounted at the folder; where this user may not mount one, the test is skipped."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0755", "tmpfs", folder]
    mounted = subprocess.run(mount, check=False, capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"no small disk can be had to fill: {mounted.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def settings_of(folder: Path) -> Settings:
    """Settings whose stores are all local, below the folder."""
    return Settings(home=folder, mongo_url=None, postgres_url=None, elasticsearch_url=None, _env_file=None)


def server(site: Site, name: str) -> Server:
    """One of the site's servers."""
    found: Server = getattr(Home(site.home), name)
    return found


def restart(site: Site) -> None:
    """What the next command does: it joins the servers that run and starts the others, where they were."""
    with local_stores(settings_of(site.home)):
        site.platform.warehouse.close()
        site.platform.search.close()


def killed_in_write(name: str, point: Point, *, keeps: bool) -> Case:
    """The store is killed while a run writes to it; the run fails, the next command starts the store again."""

    def happen(site: Site) -> None:
        data = str(server(site, name).data)  # type: ignore[attr-defined]
        worker = started(site, CHAIN, point, Struck(data))
        code = ended(site, worker)
        assert not server(site, name).answers(port(site, name)), "the point was never reached"
        assert code == 1, f"the run ended with {code}"
        restart(site)
        if keeps:
            site.expect(CHAIN)
        site.clock.advance(CADENCE)

    return Case(f"{name} killed", point.told, happen, own_stores="disk")


def port(site: Site, name: str) -> int:
    """The port the store last had."""
    noted = Home(site.home)._ports.of(server(site, name).name)
    assert noted is not None
    return noted


def away(name: str) -> Case:
    """The store does not answer for ten minutes, over three polls."""

    def happen(site: Site) -> None:
        kill_server(str(server(site, name).data))  # type: ignore[attr-defined]
        for _ in range(3):
            site.poll(keeps=name != "mongo", must_succeed=False)
        restart(site)

    return Case("away for ten minutes", name, happen, own_stores="disk")


def away_over_midnight(name: str) -> Case:
    """The store is away while the day ends and is closed; what heals is what the schedules ask for later."""

    def happen(site: Site) -> None:
        midnight = midnight_after(site.clock.at)
        site.clock.at = midnight - 2 * CADENCE
        kill_server(str(server(site, name).data))  # type: ignore[attr-defined]
        for _ in range(2):
            site.poll(keeps=name != "mongo", must_succeed=False)
        site.run(CLOSING, midnight.date() - CADENCE * 288, must_succeed=False)
        site.poll(keeps=name != "mongo", must_succeed=False)
        restart(site)

    def heal(site: Site) -> None:
        site.poll()
        site.tick("unclosed_day_hourly")
        site.tick("stale_mart_daily")
        site.tick("stale_city_daily")

    return Case("away over midnight", name, happen, heal, own_stores="disk")


def fill(file: Path) -> None:
    """Write until the disk is full."""
    with file.open("wb", buffering=0) as ballast:
        while True:
            ballast.write(bytes(2**16))


def full(name: str) -> Case:
    """The disk under the store, or under the files of the home, is full for a poll or a night."""

    def happen(site: Site) -> None:
        ballast = site.home / "ballast"
        with pytest.raises(OSError, match="No space left"):
            fill(ballast)
        site.poll(keeps=False, must_succeed=False)
        kept = site.platform.store.responses("raw_belib").all_responses(site.today, site.today)
        site.expected["belib"] = sum(response.is_sound for response in kept)
        ballast.unlink()
        restart(site)

    return Case("disk full", name, happen, own_stores=DISK)


INSERT = Point("mongo", "insert", "raw_belib")
CASES = [
    killed_in_write("mongo", Point("mongo", "update", "poll_attempt"), keeps=False),
    killed_in_write("mongo", INSERT, keeps=False),
    killed_in_write("mongo", replace(INSERT, is_after=True), keeps=True),
    killed_in_write("mongo", Point("mongo", "update", "raw_belib_latest"), keeps=True),
    *(
        killed_in_write("postgres", Point(what, what, table), keeps=True)  # type: ignore[arg-type]
        for table in ("charge_point_status", "poll", "charge_point", "station_availability_hourly")
        for what in ("rows", "note")
    ),
    *(killed_in_write("search", Point("request", "PUT", "/_bulk", is_after), keeps=True) for is_after in (False, True)),
    *(away(name) for name in STORES),
    *(away_over_midnight(name) for name in STORES[:2]),
    full("stores"),
]
