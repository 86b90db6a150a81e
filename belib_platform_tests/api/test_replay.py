"""What the API said live, it says again of the same instant, byte by byte, until the day is rewritten."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest
import time_machine

from belib_platform.contracts.bikes.clean import BikeStation, BikeStationDay, BikeStationStatus
from belib_platform.contracts.clean import (
    ChargePoint,
    ChargePointDay,
    ChargePointStatus,
    Poll,
    Station,
    WeatherForecast,
)
from belib_platform.contracts.contract import Contract
from belib_platform.raw.store import RawStore
from belib_platform.simulator.paris import Paris
from belib_platform.simulator.recordings import PlannedRequest, answered_body
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.sources.belib_static import BELIB_STATIC
from belib_platform.sources.open_meteo import OPEN_METEO
from belib_platform.sources.source import Source
from belib_platform.sources.velib_realtime import VELIB
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.api.conftest import SETTINGS
from belib_platform_tests.api.served import served
from belib_platform_tests.warehouse.days import run
from belib_platform_tests.warehouse.simulated_pages import answered

DAY = date(2025, 5, 10)
BEGIN = datetime(2025, 5, 10, 6, 0, tzinfo=UTC)
LIVE: list[type[Contract]] = [
    ChargePointStatus,
    BikeStationStatus,
    Poll,
    ChargePointDay,
    ChargePoint,
    Station,
    BikeStationDay,
    BikeStation,
    WeatherForecast,
]
"""In the order in which a run makes them."""

SAID_AFTER = timedelta(seconds=20)

BIKES = "/v1/bike-stations?limit=1000"

PATHS = [
    "/v1/charge-points?limit=1000",
    "/v1/stations?limit=1000",
    "/v1/stations?near=48.86,2.34&radius=20000&free_min=1&format=geojson",
    "/v1/bike-stations?near=48.86,2.34&radius=20000&bikes_min=1&format=geojson",
    "/v1/totals",
    "/v1/weather",
    "/v1/standards/irve-dynamique.csv",
    "/v1/standards/ocpi/2.3.0/locations",
    "/v1/standards/datex2-afir/status",
    BIKES,
]


class Day:
    """A simulated day that is polled, and an API that is asked meanwhile."""

    def __init__(self, store: RawStore, house: Warehouse, api: httpx.Client, clock: time_machine.Traveller) -> None:
        self.paris = Paris.draw(9, first_day=DAY, days=2, stations=5)
        self.store, self.house, self.api, self.clock = store, house, api, clock
        self.said: dict[tuple[datetime, str], bytes] = {}
        self.point, self.bike_station = "", ""

    def poll(self, at: datetime) -> None:
        """What a five-minute run does, and now and then those of the other sources."""
        sources = [BELIB, VELIB, *([BELIB_STATIC] if at == BEGIN else []), *([OPEN_METEO] if at.minute == 0 else [])]
        for source in sources:
            self.keep(source, at)
        self.clock.move_to(at + timedelta(seconds=5))
        run(self.store, self.house, [at.date()], LIVE)

    def keep(self, source: Source, at: datetime) -> None:
        body = answered_body(self.paris, PlannedRequest(source.name, at, timedelta(0)))  # type: ignore[arg-type]
        if body is not None:
            self.store.keep(source.collection, [answered(source, body, at)])

    def ask(self, at: datetime) -> None:
        self.clock.move_to(at)
        self.point = self.point or self.answer(PATHS[0]).json()["items"][0]["charge_point_id"]
        self.bike_station = self.bike_station or self.answer(BIKES).json()["items"][0]["station_code"]
        for path in self.paths:
            self.said[at, path] = self.answer(path).content

    @property
    def paths(self) -> list[str]:
        bike_station = f"/v1/bike-stations/{self.bike_station}"
        return [*PATHS, f"/v1/charge-points/{self.point}/history", bike_station, f"{bike_station}/history"]

    def answer(self, path: str, **parameters: str) -> httpx.Response:
        asked = dict(httpx.QueryParams(path.partition("?")[2])) | parameters
        answer = self.api.get(path, params=asked)
        assert answer.status_code == 200, answer.text
        return answer

    def replayed(self) -> dict[tuple[datetime, str], httpx.Response]:
        return {(at, path): self.answer(path, as_of=at.isoformat()) for at, path in self.said}


@pytest.fixture
def day(store: RawStore, postgres_url: str) -> Iterator[Day]:
    with (
        time_machine.travel(BEGIN, tick=False) as clock,
        closing(Warehouse(postgres_url)) as house,
        served(SETTINGS, postgres_url) as api,
    ):
        yield Day(store, house, api, clock)


def test_a_day_is_told_again_as_it_was_until_it_is_rewritten(day: Day) -> None:
    instants = [BEGIN + timedelta(seconds=SETTINGS.cadence_s * n) for n in range(20)]
    for number, at in enumerate(instants):
        if number % 7 == 5:
            continue  # a poll that failed
        day.poll(at)
        day.ask(at + SAID_AFTER)
        day.ask(at + timedelta(seconds=SETTINGS.cadence_s - 1))
    assert len(set(day.said.values())) > len(day.said) / 2

    day.clock.move_to(BEGIN + timedelta(days=1, hours=3))
    run(day.store, day.house, [DAY], LIVE)
    replayed = day.replayed()
    assert {key: answer.content for key, answer in replayed.items()} == day.said
    assert not any("revised-at" in answer.headers for answer in replayed.values())

    rewritten_at = BEGIN + timedelta(days=1, hours=4)
    day.clock.move_to(rewritten_at)
    day.keep(BELIB, instants[5])
    day.keep(VELIB, instants[5])
    run(day.store, day.house, [DAY], LIVE)
    for (_, path), answer in day.replayed().items():
        assert answer.headers["revised-at"] == "2025-05-11T10:00:00.000Z"
        if "standards" not in path:
            assert answer.json()["revised_at"] == answer.headers["revised-at"]
    after = instants[5] + SAID_AFTER
    assert day.answer(PATHS[0], as_of=after.isoformat()).json()["newest_response_at"] == "2025-05-10T07:15:00.000Z"
    day.clock.move_to(rewritten_at + timedelta(hours=1))
    assert "revised-at" not in day.answer(PATHS[0]).headers, "said after that"
