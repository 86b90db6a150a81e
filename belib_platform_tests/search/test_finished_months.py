"""Months of the index that are over: merged and quiet, and still made equal to the mart when late hours come."""

from datetime import date, timedelta

import pytest

from belib_platform.contracts.search import BelibAvailability
from belib_platform.search.availability import load_days
from belib_platform.search.client import Search
from belib_platform.search.errors import SearchAwayError
from belib_platform.search.finished_months import finished_months, merge_finished_months
from belib_platform.search.hourly_index import AVAILABILITY
from belib_platform.warehouse.warehouse import Warehouse
from belib_platform_tests.search.made_mart import DAY, expected, hours_of, indexed, write_hours, write_stations

NEXT = DAY + timedelta(days=1)
MAY, JUNE = "belib_availability-2025.05-1", "belib_availability-2025.06-1"


@pytest.fixture
def loaded(search: Search, warehouse: Warehouse) -> Search:
    """The last day of May and the first of June, indexed."""
    write_stations(warehouse)
    for day in (DAY, NEXT):
        write_hours(warehouse, day, hours_of(day))
    load_days(search, warehouse, AVAILABILITY, [DAY, NEXT])
    return search


def settings_of(search: Search, index: str) -> dict[str, str]:
    name = search.prefix + index
    found: dict[str, str] = search.client.indices.get_settings(index=name)[name]["settings"]["index"]
    return found


@pytest.mark.family
@pytest.mark.parametrize(
    ("today", "over"),
    [
        (date(2025, 6, 1), []),
        (date(2025, 6, 7), []),
        (date(2025, 6, 8), [MAY]),
        (date(2025, 7, 7), [MAY]),
        (date(2025, 7, 8), [MAY, JUNE]),
    ],
)
def test_a_month_is_over_a_week_after_its_last_day(loaded: Search, today: date, over: list[str]) -> None:
    assert finished_months(loaded, today) == [loaded.prefix + name for name in over]


def test_a_month_that_is_over_is_quiet_and_the_present_one_is_as_it_was(loaded: Search) -> None:
    merged = merge_finished_months(loaded, date(2025, 6, 20))
    assert (merged.names, merged.refused) == ([loaded.prefix + MAY], None)
    assert settings_of(loaded, MAY)["refresh_interval"] == "-1"
    assert "refresh_interval" not in settings_of(loaded, JUNE)
    assert merge_finished_months(loaded, date(2025, 6, 20)) == merged


def test_late_hours_are_found_in_a_settled_month(loaded: Search, warehouse: Warehouse) -> None:
    merge_finished_months(loaded, date(2025, 6, 20))
    for day, stations in ((DAY, 3), (DAY - timedelta(days=1), 2)):
        write_hours(warehouse, day, hours_of(day, stations))
        load_days(loaded, warehouse, AVAILABILITY, [day])
    alias = loaded.alias(BelibAvailability)
    hits = loaded.client.search(index=alias, size=10_000)["hits"]["hits"]
    assert {hit["_id"]: hit["_source"] for hit in hits} == expected(warehouse)
    assert merge_finished_months(loaded, date(2025, 6, 20)).refused is None
    assert indexed(loaded) == expected(warehouse)


def test_months_are_compressed_best_from_the_start(loaded: Search) -> None:
    assert settings_of(loaded, MAY)["codec"] == settings_of(loaded, JUNE)["codec"] == "best_compression"


def test_a_server_that_refuses_is_asked_no_further_and_its_answer_is_returned(loaded: Search) -> None:
    name, client = loaded.prefix + MAY, loaded.client
    client.indices.put_settings(index=name, settings={"index.blocks.read_only": True})
    merged = merge_finished_months(loaded, date(2025, 7, 20))
    client.indices.put_settings(index=name, settings={"index.blocks.read_only": False})
    assert merged.names == []
    assert merged.refused
    assert merged.refused.startswith(f"{name}: 403, ")
    assert "refresh_interval" not in settings_of(loaded, JUNE)
    assert merge_finished_months(loaded, date(2025, 7, 20)).names == [loaded.prefix + MAY, loaded.prefix + JUNE]


def test_a_server_that_is_away_is_an_error() -> None:
    away = Search("http://127.0.0.1:1")
    with pytest.raises(SearchAwayError):
        merge_finished_months(away, date(2025, 6, 20))
