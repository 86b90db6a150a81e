"""A charge point's history, clipped at the instant at which it was known; the stations it belonged to; the forecast."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from belib_platform_tests.api.conftest import SETTINGS, History
from belib_platform_tests.api.served import served
from belib_platform_tests.api.test_bad_requests import problem
from belib_platform_tests.api.test_present import NOON, ask

END = datetime(2025, 3, 31, tzinfo=UTC)


def a_point(history: History) -> str:
    """The charge point that changed most often."""
    [found] = history.sql(
        "SELECT charge_point_id AS id FROM clean.charge_point_status GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1"
    )
    return str(found["id"])


def runs_of(api: httpx.Client, point: str, **asked: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = ask(api, f"/v1/charge-points/{point}/history", limit=5, **asked, **cursor)
        found += answer["items"]
        if answer["next_cursor"] is None:
            return found
        cursor = {"cursor": answer["next_cursor"]}


def test_the_history_is_that_of_the_table(api: httpx.Client, history: History) -> None:
    point = a_point(history)
    runs = history.sql(
        "SELECT first_seen_at, last_seen_at, holds_until, status, poll_count FROM clean.charge_point_status "
        "WHERE charge_point_id = %(id)s ORDER BY 1",
        id=point,
    )
    said = runs_of(api, point, **{"from": "2025-03-28T00:00:00Z", "to": "2025-04-02T00:00:00Z"})
    assert len(said) > 5
    for one, row in zip(said, runs, strict=True):
        names = ("first_seen_at", "last_seen_at", "holds_until")
        instants = {name: datetime.fromisoformat(one[name]) for name in names}
        assert one | instants == row


@pytest.mark.parametrize("hours", [1, 6, 20, 30, 47])
def test_what_was_learned_later_is_not_in_it(api: httpx.Client, history: History, hours: int) -> None:
    point, at = a_point(history), history.paris.begins_at + timedelta(hours=hours, minutes=20)
    said = runs_of(api, point, as_of=at.isoformat(), **{"from": "2025-03-28T00:00:00Z"})
    for one in said:
        assert datetime.fromisoformat(one["first_seen_at"]) <= at
        assert one["last_seen_at"] is None or datetime.fromisoformat(one["last_seen_at"]) <= at
    [holding] = [
        item
        for item in ask(api, "/v1/charge-points", as_of=at.isoformat(), limit=1000)["items"]
        if item["charge_point_id"] == point
    ] or [{"status": None}]
    assert [one["status"] for one in said if one["last_seen_at"] is None] == [holding["status"]] * bool(
        holding["status"]
    )


def test_a_charge_point_names_its_stations(api: httpx.Client, history: History) -> None:
    point = a_point(history)
    [row] = history.sql("SELECT station_id FROM clean.charge_point WHERE charge_point_id = %(id)s", id=point)
    items = ask(api, f"/v1/charge-points/{point}/stations")["items"]
    assert items[-1]["station_id"] == row["station_id"]
    assert items[0]["first_date"] >= "2025-03-29"


def test_the_stations_that_a_client_has_are_not_sent_again_until_a_day_is_written(own_history: History) -> None:
    path, asked = f"/v1/charge-points/{a_point(own_history)}/stations", {"as_of": NOON.isoformat()}
    with served(SETTINGS, own_history.url) as api:
        first = api.get(path, params=asked)
        known = {"If-None-Match": first.headers["etag"]}
        assert api.get(path, params=asked, headers=known).status_code == 304
        own_history.sql(
            "UPDATE clean.written_window SET fingerprint = 'another' "
            "WHERE asset = 'charge_point_day' AND window_key = '2025-03-29' RETURNING 1"
        )
        assert api.get(path, params=asked, headers=known).status_code == 200


def test_an_unknown_charge_point_is_named(api: httpx.Client) -> None:
    told = problem(api.get("/v1/charge-points/FR*V75*E0000*00*0/history"), 404)
    assert told["parameter"] == "charge_point_id"
    problem(api.get("/v1/charge-points/'%20OR%201=1/history"), 400)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"from": "2020-01-01T00:00:00Z"}, "from"),
        ({"from": "2025-03-30T00:00:00Z", "to": "2025-03-29T00:00:00Z"}, "from"),
        ({"to": "0001-01-01T00:00:00Z"}, "to"),
        ({"from": "now"}, "from"),
        ({"format": "geojson"}, "format"),
    ],
)
def test_a_range_that_is_none_is_named(api: httpx.Client, history: History, wrong: dict[str, str], named: str) -> None:
    answer = api.get(f"/v1/charge-points/{a_point(history)}/history", params={"as_of": NOON.isoformat()} | wrong)
    assert problem(answer, 400)["parameter"] == named


def test_the_forecast_is_the_newest_that_was_available(api: httpx.Client, history: History) -> None:
    answer = ask(api, "/v1/weather", as_of=NOON.isoformat(), hours=6)
    rows = history.sql(
        "SELECT valid_at, max(available_at) AS available_at FROM clean.weather_forecast "
        "WHERE available_at <= %(at)s AND valid_at > %(at)s AND valid_at <= %(until)s GROUP BY 1 ORDER BY 1",
        at=NOON,
        until=NOON + timedelta(hours=6),
    )
    said = [
        (datetime.fromisoformat(item["valid_at"]), datetime.fromisoformat(item["available_at"]))
        for item in answer["items"]
    ]
    assert said == [(row["valid_at"], row["available_at"]) for row in rows]
    assert len(said) == 6
    assert "Open-Meteo" in " ".join(terms["attribution"] for terms in answer["licences"])
