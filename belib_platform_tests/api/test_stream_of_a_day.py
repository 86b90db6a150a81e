"""A simulated day of both networks, poll by poll: its stream says what one finds by reading its responses oneself."""

import json
from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from httpx_sse import EventSource

from belib_platform.contracts.vocabulary import STATUS_OF_WORD, normalise
from belib_platform.raw.response import Response
from belib_platform.raw.store import RawStore
from belib_platform.simulator.paris import Paris
from belib_platform.sources.registry import SOURCES
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.api.conftest import SETTINGS
from belib_platform_tests.api.served import served
from belib_platform_tests.warehouse.arriving import arrive
from belib_platform_tests.warehouse.simulated_pages import answered, at

pytestmark = pytest.mark.slow

DAY = date(2025, 3, 29)
POLLS, CADENCE = 75, timedelta(minutes=20)
"""A day and an hour: a midnight is among them."""

COUNTS = ("mechanical", "ebike", "docks")

Seen = tuple[str, str, tuple[Any, ...]]
"""When a poll saw a thing (UTC), which, and its state."""


def status(record: dict[str, Any]) -> tuple[Any, ...]:
    """Of a record of the feed of charge points."""
    return (STATUS_OF_WORD[normalise(record["statut_pdc"])],)


def counts(record: dict[str, Any]) -> tuple[Any, ...]:
    """Of a record of the feed of bike stations."""
    return record["mechanical"], record["ebike"], record["numdocksavailable"]


def changes_of(responses: list[Response], key: str, state: Callable[[dict[str, Any]], tuple[Any, ...]]) -> list[Seen]:
    """What differs from what the same thing said in the response before that had it."""
    last: dict[str, tuple[Any, ...]] = {}
    found = []
    for response in responses:
        said = defaultdict(set)
        for record in json.loads(response.body):
            said[record[key]].add(state(record))
        at_once = {thing: states.pop() for thing, states in said.items() if len(states) == 1}
        instant = response.fetched_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        found += [(instant, thing, now) for thing, now in sorted(at_once.items()) if last.get(thing) != now]
        last |= at_once
    return found


def test_the_stream_of_a_day_is_what_its_responses_say(
    store: RawStore, warehouse: Warehouse, postgres_url: str, tmp_path: Path
) -> None:
    paris = Paris.draw(11, first_day=DAY, days=2, stations=5, bike_stations=15)
    kept: dict[str, list[Response]] = {"belib": [], "velib": []}
    for instant in (at(DAY, 0) + n * CADENCE for n in range(POLLS)):
        for network, answer in (("belib", paris.realtime_answer(instant)), ("velib", paris.bike_answer(instant))):
            poll = answered(SOURCES[network], answer.body, instant) if answer else None
            if poll and poll.is_sound:
                arrive(store, warehouse, poll)
                kept[network].append(poll)
    newest = int(warehouse.query("SELECT max(id) FROM mart.change").item())
    with (
        served(SETTINGS.model_copy(update={"home": tmp_path}), postgres_url) as client,
        client.stream("GET", "/v1/stream", params={"cursor": 0}) as stream,
    ):
        events = (event for event in EventSource(stream).iter_sse() if event.data)
        told = [json.loads(event.data)["data"] for event in islice(events, newest)]
    assert {change["kind"] for change in told} == {"state_changed"}
    of_points = [change for change in told if change["network"] == "belib"]
    seen = [(one["after_first_seen_at"], one["thing_id"], (one["after"]["status"],)) for one in of_points]
    assert seen == changes_of(kept["belib"], "id_pdc", status)
    of_bikes = [
        (one["after_first_seen_at"], one["thing_id"], tuple(one["after"][name] for name in COUNTS))
        for one in told
        if one["network"] == "velib"
        and (one["before"] is None or any(one["before"][name] != one["after"][name] for name in COUNTS))
    ]
    assert of_bikes == changes_of(kept["velib"], "stationcode", counts)
    assert min(len(seen), len(of_bikes)) > 100
