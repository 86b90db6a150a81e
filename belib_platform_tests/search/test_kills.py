"""Runs that are killed, servers that go away: any sequence of events ends in an index that is the mart."""

import os
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from belib_platform.local.ports import any_free
from belib_platform.local.search import SearchServer
from belib_platform.local.urls import Urls
from belib_platform.search import loading
from belib_platform.search.availability import load_days
from belib_platform.search.client import Search
from belib_platform.search.errors import SearchAwayError
from belib_platform.search.hourly_index import AVAILABILITY
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.conftest import delete_indices
from belib_platform_tests.examples import examples
from belib_platform_tests.forks import Fork
from belib_platform_tests.search.made_mart import DAY, expected, hours_of, indexed, write_hours, write_stations

DAYS = [DAY, DAY + timedelta(days=1)]
STEPS = ("write_note", "put", "_refresh", "_delete_stale")
"""Calls of a load before which it is killed."""


@pytest.mark.family
@pytest.mark.parametrize(("step", "number"), [("put", 1), ("_delete_stale", 1), ("write_note", 2)])
def test_a_process_killed_while_loading_leaves_a_day_that_the_next_run_makes_whole(
    search: Search, warehouse: Warehouse, stores: Urls, postgres_url: str, step: str, number: int
) -> None:
    write_stations(warehouse)
    write_hours(warehouse, DAY, hours_of(DAY))
    load_days(search, warehouse, AVAILABILITY, [DAY])
    before = hours_of(DAY)
    write_hours(warehouse, DAY, hours_of(DAY, stations=3, charging_s=1200))
    module = "belib_platform_tests.search.killed"
    arguments = [stores.elasticsearch, search.prefix, postgres_url, DAY.isoformat(), step, str(number)]
    assert Fork(module, *arguments, env=dict(os.environ)).ended().returncode == -9
    write_hours(warehouse, DAY, before)  # what the note, were it still trusted, would call up to date
    load_days(search, warehouse, AVAILABILITY, [])
    assert indexed(search) == expected(warehouse)


class Killed(BaseException):
    """Stands for the end of the process in the middle of a load."""


def raising_at(call: Callable[..., Any], number: int) -> Callable[..., Any]:
    """The call, but for the one with that number, instead of which Killed is raised."""
    left = iter(range(1, number))

    def counted(*arguments: Any) -> Any:
        if next(left, None) is None:
            raise Killed
        return call(*arguments)

    return counted


write = st.tuples(
    st.just("write"), st.sampled_from(DAYS), st.integers(0, 3), st.integers(0, 3), st.sampled_from([0, 600])
)
run = st.tuples(st.just("run"), st.sampled_from(DAYS), st.booleans())
kill = st.tuples(st.just("kill"), st.sampled_from(DAYS), st.sampled_from(STEPS), st.integers(1, 3))
lose = st.tuples(st.just("lose"), st.integers(0, 9))
rename = st.tuples(st.just("rename"), st.sampled_from(["Rue A", "Rue B"]), st.integers(1, 4))
events = st.lists(st.one_of(write, write, run, kill, lose, rename), max_size=9)


@given(events)
@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_sequence_of_events_ends_with_an_index_that_is_the_mart(
    search: Search, warehouse: Warehouse, events: list[tuple[Any, ...]]
) -> None:
    write_stations(warehouse)
    for event in events:
        happen(search, warehouse, *event)
    load_days(search, warehouse, AVAILABILITY, DAYS[:1])
    assert indexed(search) == expected(warehouse)
    assert load_days(search, warehouse, AVAILABILITY, DAYS).slices == 0


def happen(search: Search, warehouse: Warehouse, what: str, *told: Any) -> None:
    """Let one event happen."""
    match what, told:
        case "write", (day, stations, hours, charging_s):
            write_hours(warehouse, day, hours_of(day, stations, hours, charging_s))
        case "run", (day, full_refresh):
            load_days(search, warehouse, AVAILABILITY, [day], full_refresh=full_refresh, budget_s=0)
        case "kill", (day, step, number):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(loading, step, raising_at(getattr(loading, step), number))
                try:
                    load_days(search, warehouse, AVAILABILITY, [day])
                except Killed:
                    return
        case "lose", (number,):
            names = sorted(search.client.indices.get(index=f"{search.prefix}*"))
            if names:
                search.client.indices.delete(index=names[number % len(names)])
        case "rename", (name, count):
            write_stations(warehouse, name, count)
        case _:
            delete_indices(search)


def test_a_server_that_went_away_is_named_and_filled_again_when_it_is_back(
    warehouse: Warehouse, tmp_path_factory: pytest.TempPathFactory
) -> None:
    write_stations(warehouse)
    write_hours(warehouse, DAY, hours_of(DAY))
    server, port = SearchServer(tmp_path_factory.mktemp("away")), any_free()
    search = Search(server.url(port, ""))
    with pytest.raises(SearchAwayError, match="does not answer"):
        load_days(search, warehouse, AVAILABILITY, [DAY])
    for _ in range(2):
        server.start(port)
        try:
            load_days(search, warehouse, AVAILABILITY, [date(2020, 1, 1)])
            assert indexed(search) == expected(warehouse)
        finally:
            server.stop()
    with pytest.raises(SearchAwayError):
        load_days(search, warehouse, AVAILABILITY, [DAY])
    search.close()
