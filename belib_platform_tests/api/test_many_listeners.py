"""Many who listen to `belib api` in a process of its own: it is killed and comes back, and its memory does not grow."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import httpx
import pytest
from httpx_sse import aconnect_sse

from belib_platform.api import fan_out
from belib_platform.local.ports import any_free
from belib_platform.raw.store import RawStore
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.api.conftest import History
from belib_platform_tests.api.outbox import tell
from belib_platform_tests.api.serving import serving
from belib_platform_tests.bench.listeners import tell_listeners
from belib_platform_tests.raw.made_pages import response
from belib_platform_tests.sources.portal_records import live
from belib_platform_tests.warehouse.arriving import arrive
from belib_platform_tests.warehouse.simulated_pages import at

pytestmark = pytest.mark.slow

CHANGED = 100
"""Changes at once for two hundred listeners."""

AN_HOUR = 12
"""Polls."""

GROWTH_MIB = 16.0
LONG_S = 120.0


@dataclass
class Listener:
    """A client that has the changes up to an id, and goes on from there whenever it listens again."""

    address: str
    last: int
    heard: list[int] = field(default_factory=list)

    async def listen(self, url: str, until: int) -> None:
        """Hear all changes up to an id. Raises httpx.TransportError when the server is gone."""
        transport = httpx.AsyncHTTPTransport(local_address=self.address)
        async with (
            httpx.AsyncClient(transport=transport, timeout=LONG_S) as client,
            aconnect_sse(client, "GET", f"{url}/v1/stream", headers={"Last-Event-ID": str(self.last)}) as source,
        ):
            async for event in source.aiter_sse():
                if event.data:
                    assert json.loads(event.data)["id"] == event.id
                    self.heard.append(int(event.id))
                self.last = int(event.id)
                if self.last >= until:
                    return


def listeners(count: int, last: int) -> list[Listener]:
    """From as many addresses as they need."""
    return [Listener(f"127.0.1.{n // fan_out.OF_ONE_CLIENT + 1}", last) for n in range(count)]


async def all_heard(url: str, those: Sequence[Listener], until: int) -> list[BaseException | None]:
    """What each ended with."""
    return await asyncio.gather(*(one.listen(url, until) for one in those), return_exceptions=True)


def test_two_hundred_resume_without_loss_or_doubles_when_the_server_is_killed(
    own_history: History, house: Warehouse
) -> None:
    port = any_free()
    begin = _newest(own_history)
    end = begin + 4 * CHANGED
    those = listeners(200, begin)

    async def until_killed() -> list[BaseException | None]:
        with serving(own_history.url, port) as api:
            hearing = asyncio.create_task(all_heard(api.url, those, end))
            for poll in range(2):
                await asyncio.to_thread(tell, house, [f"{poll}-{n}" for n in range(CHANGED)])
                await Listener("127.0.2.1", begin).listen(api.url, begin + poll * CHANGED + 1)
            api.process.kill()  # while most of them are in the middle of it
            return await hearing

    broken = asyncio.run(until_killed())
    assert all(isinstance(error, httpx.TransportError) for error in broken), broken
    for poll in range(2, 4):
        tell(house, [f"{poll}-{n}" for n in range(CHANGED)])
    with serving(own_history.url, port) as api:
        assert asyncio.run(all_heard(api.url, those, end)) == [None] * len(those)
    assert all(one.heard == list(range(begin + 1, end + 1)) for one in those)


def test_an_import_of_a_year_is_a_year_of_days_for_two_hundred(
    own_history: History, house: Warehouse, store: RawStore
) -> None:
    """Of one response a day, which is folded while they listen."""
    days = [date(2024, 1, 1) + timedelta(days=n) for n in range(366)]
    responses = [response([live(1)], at(day, 12), origin="import") for day in days]
    begin = _newest(own_history)
    those = listeners(200, begin)

    async def hear_the_import(url: str) -> list[BaseException | None]:
        hearing = asyncio.create_task(all_heard(url, those, begin + len(days)))
        await asyncio.to_thread(arrive, store, house, *responses)
        return await hearing

    with serving(own_history.url) as api:
        assert asyncio.run(hear_the_import(api.url)) == [None] * len(those)
        told = httpx.get(f"{api.url}/v1/changes", params={"cursor": begin, "limit": 1000}).json()["items"]
    assert [(item["kind"], item["utc_date"]) for item in told] == [("day_rewritten", str(day)) for day in days]
    assert all(one.heard == [item["id"] for item in told] for one in those)


def test_memory_does_not_grow_in_an_hour_of_polls(own_history: History, house: Warehouse) -> None:
    """Of two hundred listeners, after three polls."""
    sizes = list[float]()
    with serving(own_history.url) as api:
        asyncio.run(tell_listeners(api.url, house, AN_HOUR + 3, lambda _: sizes.append(api.resident_mib)))
    assert sizes[-1] - sizes[2] < GROWTH_MIB, sizes


def _newest(history: History) -> int:
    [row] = history.sql("SELECT coalesce(max(id), 0) AS newest FROM mart.change")
    return int(str(row["newest"]))
