"""Clients of the read API, each with an address of its own, that ask at fixed instants, however long answers take."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from random import Random

import httpx

CLIENTS, MOST_STATIONS = 50, 50
EVERY_S, TIMEOUT_S = 1.0, 10.0
PATH, RADIUS_M = "/v1/stations", 2000

SOUTH, NORTH, WEST, EAST = 48.82, 48.90, 2.27, 2.41
"""Of Paris, degrees."""


@dataclass
class Asked:
    """Milliseconds from when each request was due to its last byte, items by answer, and answers other than 200."""

    ms: list[float] = field(default_factory=list)
    items: list[int] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)


def ask(url: str, seconds: int) -> Asked:
    """Ask for stations near places all over Paris for so many seconds, once a second and client.

    Needs Linux, on which every address of 127.0.0.0/8 is this machine's: a client has a limit by its address.
    """
    return asyncio.run(_ask(url, seconds))


async def _ask(url: str, seconds: int) -> Asked:
    asked, loop = Asked(), asyncio.get_running_loop()
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(_client(url, number)) for number in range(CLIENTS)]
        begin = loop.time()  # not before: it takes longer to make the clients than to answer them
        await asyncio.gather(*(_go_on(client, number, begin, seconds, asked) for number, client in enumerate(clients)))
    return asked


def _client(url: str, number: int) -> httpx.AsyncClient:
    transport = httpx.AsyncHTTPTransport(local_address=f"127.0.1.{number + 1}")
    return httpx.AsyncClient(base_url=url, transport=transport, timeout=TIMEOUT_S, trust_env=False)


async def _go_on(client: httpx.AsyncClient, number: int, begin: float, seconds: int, asked: Asked) -> None:
    loop, places = asyncio.get_running_loop(), Random(number)
    for turn in range(seconds):
        due = begin + (turn + number / CLIENTS) * EVERY_S
        await asyncio.sleep(due - loop.time())
        near = f"{places.uniform(SOUTH, NORTH):.5f},{places.uniform(WEST, EAST):.5f}"
        try:
            answer = await client.get(PATH, params={"near": near, "radius": RADIUS_M, "limit": MOST_STATIONS})
        except httpx.HTTPError as error:
            asked.failures[type(error).__name__] += 1
            continue
        asked.ms.append(1000 * (loop.time() - due))
        if answer.status_code == httpx.codes.OK:
            asked.items.append(len(answer.json()["items"]))
        else:
            asked.failures[str(answer.status_code)] += 1
