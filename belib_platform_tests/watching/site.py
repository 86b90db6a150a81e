"""A warehouse that polls come into, and watches of it that are followed step by step, at instants set by hand."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import time_machine

from belib_platform.raw.response import Response
from belib_platform.raw.store import RawStore
from belib_platform.settings import Settings
from belib_platform.sources.registry import SOURCES
from belib_platform.warehouse.attributes_by_day import BIKE_STATION_DAY, CHARGE_POINT_DAY
from belib_platform.warehouse.last_known import BIKE_STATION, CHARGE_POINT, STATION
from belib_platform.warehouse.made_table import DailyTable
from belib_platform.warehouse.partition import write_partitions
from belib_platform.warehouse.poll import POLL
from belib_platform.warehouse.schema import ensure_schema
from belib_platform.warehouse.status import BIKE_STATION_STATUS, CHARGE_POINT_STATUS
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform.watching.reading import Reader, Reading, reader
from belib_platform.watching.watch import Watch
from belib_platform.watching.watch_file import read_watches
from belib_platform.watching.watcher import Watcher
from belib_platform_tests.raw.made_pages import response
from belib_platform_tests.sources.bike_records import bikes
from belib_platform_tests.sources.portal_records import live
from belib_platform_tests.warehouse.days import inputs

NOON = datetime(2025, 3, 29, 12, tzinfo=UTC)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
FREE, BUSY, LOST = "Disponible", "Occupé (en charge)", "Inconnu"

PLACE = """network = "belib"
near = "48.85,2.35"
radius_m = 300
"""
"""Where the made charge points and bike stations are."""

TABLES = {
    "belib": (CHARGE_POINT_STATUS, POLL, CHARGE_POINT_DAY, CHARGE_POINT, STATION),
    "belib_static": (CHARGE_POINT_DAY, CHARGE_POINT, STATION),
    "velib": (BIKE_STATION_STATUS, POLL, BIKE_STATION_DAY, BIKE_STATION),
}
"""What a run writes when a source has answered, in this order."""


def watch(receiver: str, name: str = "Bastille", about: str = PLACE) -> str:
    """One watch of a file."""
    return f'[[watch]]\nname = "{name}"\nreceiver = "{receiver}"\n{about}\n'


class Slow(Reader):
    """A reader before each of whose answers something happens."""

    def __init__(self, reader: Reader, happens: Callable[[], object]) -> None:
        self._reader, self._happens, self.pool = reader, happens, reader.pool

    async def read(self, watch: Watch, at: datetime) -> Reading:
        """What the reader answers."""
        self._happens()
        return await self._reader.read(watch, at)


class Following:
    """A process that follows a file of watches, but for its pauses."""

    def __init__(self, site: "Site", watches: list[Watch]) -> None:
        self.said: list[str] = []
        self._site = site
        self._watcher = Watcher(watches, site.state_file, site.reader, site.settings.gap_limit, self.said.append)

    def step(self, after: timedelta = SECOND) -> None:
        """What it does each second."""
        self._site.now += after
        with time_machine.travel(self._site.now, tick=False) as self._site.clock:
            self._site.runner.run(self._watcher.step())


class Site:
    """A warehouse with all tables, in which nothing is yet; `now` is set by hand."""

    def __init__(self, store: RawStore, warehouse: Warehouse, url: str, folder: Path, *, is_made: bool = False) -> None:
        self.store, self.warehouse, self.url, self.folder = store, warehouse, url, folder
        self.now = NOON
        self.settings = Settings(home=folder, _env_file=None)
        self.state_file = folder / "watches" / "of_a_test.json"
        self.runner = asyncio.Runner()
        if not is_made:
            ensure_schema(url)

    @contextmanager
    def open(self) -> Iterator[Self]:
        """Let it be read for the time of the block."""
        with self.runner:
            asked = reader(self.settings, self.url)
            self.reader = self.runner.run(asked.__aenter__())
            try:
                yield self
            finally:
                self.runner.run(asked.__aexit__(None, None, None))

    def poll(self, *words: str, after: timedelta = MINUTE, **changes: Any) -> None:
        """The feed of charge points says these states."""
        self.answered([live(n, statut_pdc=word) for n, word in enumerate(words)], after=after, **changes)

    def poll_bikes(self, *counts: tuple[int, int], after: timedelta = MINUTE, **changes: Any) -> None:
        """The feed of bike stations says how many mechanical and electric bikes each has; changes are of all."""
        self.answered([bikes(n, *two, **changes) for n, two in enumerate(counts)], source="velib", after=after)

    def answered(self, records: list[dict[str, Any]], after: timedelta = MINUTE, **changes: Any) -> Response:
        """A source answered, and a run wrote what this says."""
        self.now += after
        answer = response(records, self.now, **changes)
        self.store.keep(SOURCES[answer.source].collection, [answer])
        given = inputs(self.store, self.warehouse, self.now + SECOND)
        for table in TABLES[answer.source]:
            made = table.make(given, answer.day) if isinstance(table, DailyTable) else table.make(given)
            write_partitions(self.warehouse, table.contract, [made], self.now.isoformat())
        return answer

    def following(self, *watches: str) -> Following:
        """Follow these watches from now on, with what is remembered of them."""
        return Following(self, read_watches(self.file(*watches)))

    def file(self, *watches: str) -> Path:
        """These watches as a file."""
        path = self.folder / "watches.toml"
        path.write_text("".join(watches), encoding="utf-8")
        return path

    def readings(self, *watches: str) -> list[Reading]:
        """What is free now for each of them."""
        with time_machine.travel(self.now + SECOND, tick=False):
            return [
                self.runner.run(self.reader.read(one, self.now + SECOND)) for one in read_watches(self.file(*watches))
            ]
