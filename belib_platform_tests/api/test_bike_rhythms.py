"""The rhythm of bikes and docks is that of the warehouse's hours, as shares with their intervals."""

from collections import defaultdict
from typing import Any

import httpx
import pytest

from belib_platform.api.intervals import wilson
from belib_platform_tests.api.conftest import History
from belib_platform_tests.api.test_bad_requests import problem
from belib_platform_tests.api.test_present import ask
from belib_platform_tests.api.test_statistics import local

RHYTHMS, BEST_TIMES = "/v1/bikes/rhythms", "/v1/bikes/best-times"
WHAT = ["bike", "ebike", "dock"]


def hours(history: History, condition: str = "true") -> list[dict[str, Any]]:
    return history.sql(f"SELECT * FROM mart.bike_availability_hourly WHERE {condition}")


def is_of(weather: str, row: dict[str, Any]) -> bool:
    rain = row["precipitation_mmh"]
    return weather == "any" or (rain is not None and (rain >= 0.1) == (weather == "wet"))


def a_station(history: History) -> str:
    """The open station that was empty longest."""
    [found] = history.sql(
        "SELECT station_code AS code FROM mart.bike_availability_hourly GROUP BY 1 ORDER BY sum(no_bike_s) DESC LIMIT 1"
    )
    return str(found["code"])


@pytest.mark.parametrize("what", WHAT)
@pytest.mark.parametrize("weather", ["any", "dry", "wet"])
@pytest.mark.parametrize("place", ["station", "city", "commune"])
def test_rhythms_are_those_of_the_hours(
    api: httpx.Client, history: History, place: str, weather: str, what: str
) -> None:
    station = a_station(history)
    conditions = {"station": f"station_code = '{station}'", "city": "true", "commune": "insee_code = '75115'"}
    asked = {"station": {"station": station}, "city": {}, "commune": {"commune": "75115"}}[place]
    expected = defaultdict(list)
    for row in hours(history, conditions[place]):
        if is_of(weather, row):
            expected[local(row)].append(row)
    answer = ask(api, RHYTHMS, what=what, weather=weather, **asked)
    assert [(item["weekday"], item["hour"]) for item in answer["items"]] == sorted(expected)
    assert bool(expected) or weather != "any"
    for item in answer["items"]:
        rows = expected[item["weekday"], item["hour"]]
        open_s = sum(row["open_s"] for row in rows)
        lacking = sum(row[f"no_{what}_s"] for row in rows)
        assert item["free_ratio"] == pytest.approx(1 - lacking / open_s if open_s else None)
        assert item["station_count"] == len({row["station_code"] for row in rows})
        for mean in ("bike_mean", "dock_mean"):
            total = sum(row[mean] * row["open_s"] for row in rows if row["open_s"])
            assert item[mean] == pytest.approx(total / open_s if open_s else None)
        if place == "station" and open_s:
            n = open_s**2 / sum(row["open_s"] ** 2 for row in rows)
            assert (item["free_low"], item["free_high"]) == pytest.approx(wilson(item["free_ratio"], n))
            assert item["n"] == sum(row["open_s"] > 0 for row in rows)


def test_the_dates_and_terms_are_those_of_the_table(api: httpx.Client, history: History) -> None:
    [dates] = history.sql("SELECT DISTINCT first_date, last_date FROM mart.bike_rhythm")
    answer = ask(api, RHYTHMS)
    assert {name: answer[name] for name in dates} == {name: str(day) for name, day in dates.items()}
    said = " ".join(licence["attribution"] for licence in answer["licences"])
    assert "Vélib'" in said
    assert "Belib'" not in said
    table = api.get(RHYTHMS, params={"format": "csv"}).text.splitlines()
    assert len(table) == len(answer["items"]) + 1


@pytest.mark.parametrize("what", WHAT)
def test_best_times_are_the_rhythm_of_a_weekday_ranked(api: httpx.Client, history: History, what: str) -> None:
    asked = {"what": what, "station": a_station(history)}
    rhythm = {
        (weather, item["hour"]): item
        for weather in ("any", "dry", "wet")
        for item in ask(api, RHYTHMS, weather=weather, **asked)["items"]
        if item["weekday"] == 6
    }
    items = ask(api, BEST_TIMES, weekday=6, **asked)["items"]
    assert {item["hour"] for item in items} == {hour for weather, hour in rhythm if weather == "any"}
    shares = [item["free_ratio"] for item in items if item["free_ratio"] is not None]
    assert shares == sorted(shares, reverse=True)
    assert len(shares) > 20
    fields = ("free_ratio", "free_low", "free_high", "n")
    for item in items:
        assert all(item[name] == rhythm["any", item["hour"]][name] for name in fields)
        for weather in ("dry", "wet"):
            known = rhythm.get((weather, item["hour"]))
            assert item[weather] == {name: known[name] if known else None for name in fields} | (
                {} if known else {"n": 0}
            )


def test_what_is_wrong_is_named(api: httpx.Client) -> None:
    assert problem(api.get(RHYTHMS, params={"what": "scooter"}), 400)["parameter"] == "what"
    assert problem(api.get(BEST_TIMES, params={"weekday": 1}), 400)["parameter"] == "station"
    assert problem(api.get(BEST_TIMES, params={"commune": "Paris"}), 400)["parameter"] == "weekday"
    for path, more in ((RHYTHMS, {}), (BEST_TIMES, {"weekday": 1})):
        assert problem(api.get(path, params={"station": "99999", **more}), 404)["parameter"] == "station"
        at = {"as_of": "2025-03-29T12:00:00Z", "commune": "Paris", **more}
        assert problem(api.get(path, params=at), 400)["parameter"] == "as_of"
