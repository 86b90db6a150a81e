"""A publisher in a thread, and how far it says it is."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event

from pydantic import SecretStr

from belib_platform.kafka.cluster import client_options
from belib_platform.kafka.publishing import Publisher
from belib_platform.local.processes import wait_until
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.api.outbox import tell
from belib_platform_tests.kafka.brokers import SERVERS

PATIENCE_S = 120.0
KEEPS = timedelta(days=7)


def publisher(home: Path, topic: str, servers: str, said: list[str], stop: Event) -> Publisher:
    """A publisher to these servers, before it runs."""
    return Publisher(client_options(SecretStr(f"kafka://{servers}")), topic, KEEPS, home, said.append, stop)


@contextmanager
def publishing(url: str, home: Path, topic: str, servers: str = SERVERS) -> Iterator[list[str]]:
    """A publisher until the end of the block, and what it has said."""
    said: list[str] = []
    stop = Event()
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(publisher(home, topic, servers, said, stop).run, url)
        try:
            yield said
        finally:
            stop.set()
            running.result(PATIENCE_S)


def position_file(home: Path) -> Path:
    """That of the only topic."""
    [file] = home.glob("kafka/*/*/position.json")
    return file


def position(home: Path) -> int:
    """The id up to which delivery is confirmed; 0 before the first one."""
    files = list(home.glob("kafka/*/*/position.json"))
    return int(json.loads(files[0].read_text(encoding="utf-8"))["id"]) if files else 0


def await_position(home: Path, change_id: int) -> None:
    """Until the delivery of a change and of all before it is confirmed."""
    assert wait_until(lambda: position(home) >= change_id, PATIENCE_S), position(home)


def await_sentence(said: list[str], beginning: str) -> str:
    """The first sentence that begins so, once it was said."""
    assert wait_until(lambda: any(sentence.startswith(beginning) for sentence in said), PATIENCE_S), said
    return next(sentence for sentence in said if sentence.startswith(beginning))


def change(house: Warehouse, count: int, things: int = 10) -> None:
    """Write so many changes of so many bike stations, in turn."""
    tell(house, [str(16107 + n % things) for n in range(count)], "velib")
