"""Two hundred who listen to the stream of changes: how long until the last of them has the last change of a run."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from urllib.parse import urlsplit

from belib_platform.api import fan_out
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.api.outbox import tell
from belib_platform_tests.api.serving import Serving
from belib_platform_tests.bench.results import Row

GROUP = "The stream of changes, heard by 200 listeners"
LISTENERS, CHANGED, ROUNDS, WARM = 200, 450, 10, 1
"""As many stations change between two polls as did in recorded data."""

ONE_EVENT = 2**16
"""More bytes than an event has."""


def listener_rows(server: Serving, writer_url: str) -> Iterator[Row]:
    """Of the API in a process of its own, whose outbox is written at `writer_url`."""
    seconds = list[float]()
    with closing(Warehouse(writer_url)) as house:
        asyncio.run(tell_listeners(server.url, house, WARM + ROUNDS, seconds.append))
    about = f"{CHANGED} changes, since their commit"
    yield Row(GROUP, "the last one has the last change", seconds[WARM:], remark=about)
    yield Row(GROUP, "memory of the API", [server.resident_mib], "MiB", "resident")


async def tell_listeners(url: str, house: Warehouse, rounds: int, note: Callable[[float], None]) -> None:
    """Tell all listeners so many times what changed; `note` is given the seconds until the last one had it."""
    heard = await asyncio.gather(*(_listening(url, n) for n in range(LISTENERS)))
    for number in range(rounds):
        last = f"{number}-last"
        await asyncio.to_thread(tell, house, [*(f"{number}-{n}" for n in range(CHANGED - 1)), last])
        committed = time.perf_counter()
        await asyncio.gather(*(reader.readuntil(last.encode()) for reader, _ in heard))
        note(time.perf_counter() - committed)
    for _, writer in heard:
        writer.close()


async def _listening(url: str, number: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection of a listener, which parses nothing, so that the server is measured."""
    address = urlsplit(url)
    own = f"127.0.1.{number // fan_out.OF_ONE_CLIENT + 1}"
    reader, writer = await asyncio.open_connection(
        address.hostname, address.port, local_addr=(own, 0), limit=CHANGED * ONE_EVENT
    )
    writer.write(b"GET /v1/stream HTTP/1.1\r\nHost: bench\r\n\r\n")
    await reader.readuntil(b"retry: ")
    return reader, writer
