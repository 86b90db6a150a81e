"""Occupancy by hour: sums over the hours of the warehouse, of all Paris, a place, an arrondissement and hour of day."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
import time_machine

from belib_platform_tests.api.conftest import SETTINGS, History
from belib_platform_tests.api.served import served
from belib_platform_tests.api.test_bad_requests import problem
from belib_platform_tests.api.test_present import ask

PARIS = ZoneInfo("Europe/Paris")

STATES = ("available_s", "charging_s", "reserved_s", "out_of_order_s", "unknown_s", "not_in_service_s")


@pytest.fixture
def then(history: History) -> Iterator[httpx.Client]:
    """A client that asks in the middle of the last hour of the history."""
    with time_machine.travel("2025-03-30T23:30:00+00:00", tick=True), served(SETTINGS, history.url) as client:
        yield client


def hours(history: History, condition: str = "true") -> dict[datetime, list[dict[str, Any]]]:
    found = defaultdict(list)
    for row in history.sql(f"SELECT * FROM mart.station_availability_hourly WHERE {condition}"):
        found[row["hour_at"]].append(row)
    return found  # type: ignore[return-value]


def ratio(rows: list[dict[str, Any]]) -> float | None:
    used = sum(row["charging_s"] for row in rows)
    known = used + sum(row["available_s"] for row in rows)
    return used / known if known else None


@pytest.mark.parametrize("place", ["city", "arrondissement", "station"])
def test_an_hour_is_the_sum_of_its_stations(then: httpx.Client, history: History, place: str) -> None:
    [station] = history.sql("SELECT station_id, arrondissement FROM clean.station ORDER BY 1 LIMIT 1")
    asked = {
        "station": {"station": station["station_id"]},
        "arrondissement": {"arrondissement": station["arrondissement"]},
    }.get(place, {})
    conditions = [f"{name.replace('station', 'station_id')} = '{value}'" for name, value in asked.items()]
    expected = hours(history, " AND ".join(["true", *conditions]))
    items = ask(then, "/v1/occupancy", **asked)["items"]
    assert [datetime.fromisoformat(item["hour_at"]) for item in items] == sorted(expected)
    assert len(items) == 48
    for item in items:
        rows = expected[datetime.fromisoformat(item["hour_at"])]
        points = sum(row["point_count"] for row in rows)
        assert item["n"] == points
        assert item["occupancy_ratio"] == pytest.approx(ratio(rows))
        observed = sum(row[name] for row in rows for name in STATES)
        assert item["observed_ratio"] == pytest.approx(observed / (3600 * points))
        assert item["temperature_c"] == rows[0]["temperature_c"]
        assert item["precipitation_mmh"] == rows[0]["precipitation_mmh"]
    assert any(item["temperature_c"] is not None for item in items)


def test_only_the_last_days_are_there(then: httpx.Client) -> None:
    items = ask(then, "/v1/occupancy", days=1)["items"]
    assert items[0]["hour_at"] == "2025-03-29T23:00:00.000Z"
    assert len(then.get("/v1/occupancy", params={"days": 1, "format": "csv"}).text.splitlines()) == len(items) + 1
    assert problem(then.get("/v1/occupancy", params={"days": 29}), 400)["parameter"] == "days"


def test_long_after_the_history_there_is_nothing(api: httpx.Client) -> None:
    assert ask(api, "/v1/occupancy")["items"] == []


def test_hours_of_the_day_are_those_of_the_arrondissement(api: httpx.Client, history: History) -> None:
    expected = defaultdict(list)
    for hour_at, rows in hours(history, "arrondissement IS NOT NULL").items():
        for row in rows:
            expected[row["arrondissement"], hour_at.astimezone(PARIS).hour].append(row)
    answer = ask(api, "/v1/rhythms/arrondissements")
    items = {(item["arrondissement"], item["hour"]): item for item in answer["items"]}
    assert set(items) == set(expected)
    assert list(items) == sorted(items)
    for key, rows in expected.items():
        assert items[key]["occupancy_ratio"] == pytest.approx(ratio(rows))
        observed = sum(row[name] for row in rows for name in STATES)
        assert items[key]["observed_ratio"] == pytest.approx(
            observed / (3600 * sum(row["point_count"] for row in rows))
        )
        assert items[key]["station_count"] == len({row["station_id"] for row in rows})
        assert items[key]["n"] <= 3, "the end of two UTC days belongs to a third date in Paris"
    assert (answer["first_date"], answer["last_date"]) == ("2025-03-29", "2025-03-30")
