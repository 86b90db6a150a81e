"""What the API says of the present is what SQL over the warehouse says, at any instant."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import httpx
import pytest

from belib_platform_tests.api.conftest import History

NOON = datetime(2025, 3, 30, 12, 4, tzinfo=UTC)
INSTANTS = [NOON, NOON - timedelta(hours=12), NOON.replace(hour=0, minute=2), NOON + timedelta(hours=11, minutes=50)]


def ask(api: httpx.Client, path: str, **parameters: Any) -> dict[str, Any]:
    answer = api.get(path, params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def status_at(history: History, at: datetime) -> dict[str, str]:
    """By charge point the status that was seen last and still holds, from the runs as they are written."""
    found = history.sql(
        "SELECT charge_point_id, status FROM clean.charge_point_status AS run "
        "WHERE first_seen_at <= %(at)s AND holds_until >= %(at)s AND NOT EXISTS ("
        "  SELECT FROM clean.charge_point_status AS later WHERE later.charge_point_id = run.charge_point_id "
        "  AND later.first_seen_at > run.first_seen_at AND later.first_seen_at <= %(at)s)",
        at=at,
    )
    return {str(row["charge_point_id"]): str(row["status"]) for row in found}


@pytest.mark.parametrize("at", INSTANTS, ids=str)
def test_charge_points_have_the_status_of_that_instant(api: httpx.Client, history: History, at: datetime) -> None:
    answer = ask(api, "/v1/charge-points", as_of=at.isoformat(), limit=1000)
    said = {item["charge_point_id"]: item["status"] for item in answer["items"] if item["status"]}
    assert said == status_at(history, at)
    assert answer["as_of"] == at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    [newest] = history.sql(
        "SELECT max(fetched_at) AS at FROM clean.poll "
        "WHERE source = 'belib' AND outcome = 'sound' AND fetched_at <= %(at)s",
        at=at,
    )
    assert datetime.fromisoformat(answer["newest_response_at"]) == newest["at"]
    assert answer["age_s"] == int((at - newest["at"]).total_seconds())  # type: ignore[operator]


@pytest.mark.parametrize("at", INSTANTS, ids=str)
def test_stations_count_their_charge_points(api: httpx.Client, history: History, at: datetime) -> None:
    points = ask(api, "/v1/charge-points", as_of=at.isoformat(), limit=1000)["items"]
    stations = ask(api, "/v1/stations", as_of=at.isoformat(), limit=1000)["items"]
    assert {station["station_id"] for station in stations} == {point["station_id"] for point in points}
    free = Counter(point["station_id"] for point in points if point["status"] == "AVAILABLE")
    everything = Counter(point["station_id"] for point in points)
    for station in stations:
        assert station["available_count"] == free[station["station_id"]]
        counts = [count for name, count in station.items() if name.endswith("_count") and name != "point_count"]
        assert sum(counts) == station["point_count"] == everything[station["station_id"]]


def test_since_is_the_first_sighting_of_the_status_that_holds(api: httpx.Client, history: History) -> None:
    for item in ask(api, "/v1/charge-points", as_of=NOON.isoformat(), limit=1000)["items"]:
        runs = history.sql(
            "SELECT first_seen_at, status, holds_until FROM clean.charge_point_status "
            "WHERE charge_point_id = %(id)s AND first_seen_at <= %(at)s ORDER BY first_seen_at DESC",
            id=item["charge_point_id"],
            at=NOON,
        )
        if item["status"] is None:
            assert item["since_at"] is None
            continue
        since = runs[0]["first_seen_at"]
        for later, earlier in pairwise(runs):
            if earlier["status"] != later["status"] or earlier["holds_until"] < later["first_seen_at"]:  # type: ignore[operator]
                break
            since = earlier["first_seen_at"]
        assert datetime.fromisoformat(item["since_at"]) == since


def test_a_page_follows_the_other_without_loss_or_double(api: httpx.Client) -> None:
    whole = ask(api, "/v1/charge-points", as_of=NOON.isoformat(), limit=1000)["items"]
    for more in ({}, {"near": "48.86,2.34", "radius": 20000}):
        seen: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            answer = ask(api, "/v1/charge-points", as_of=NOON.isoformat(), limit=7, **more, **cursor)
            seen += [item["charge_point_id"] for item in answer["items"]]
            if answer["next_cursor"] is None:
                break
            cursor = {"cursor": answer["next_cursor"]}
        assert sorted(seen) == [item["charge_point_id"] for item in whole]


def test_near_means_by_distance(api: httpx.Client) -> None:
    [first, *_] = ask(api, "/v1/stations", as_of=NOON.isoformat())["items"]
    place = f"{first['latitude']},{first['longitude']}"
    found = ask(api, "/v1/stations", as_of=NOON.isoformat(), near=place, radius=20000)["items"]
    assert found[0]["station_id"] == first["station_id"]
    assert found[0]["distance_m"] == pytest.approx(0, abs=0.01)
    metres = [station["distance_m"] for station in found]
    assert metres == sorted(metres)
    close = ask(api, "/v1/stations", as_of=NOON.isoformat(), near=place, radius=1)["items"]
    assert [station["station_id"] for station in close] == [first["station_id"]]


@pytest.mark.parametrize("asked", [{}, {"arrondissement": 11}, {"power_min": 20}], ids=str)
def test_totals_are_those_of_the_stations(api: httpx.Client, asked: dict[str, Any]) -> None:
    for at in INSTANTS:
        stations = ask(api, "/v1/stations", as_of=at.isoformat(), limit=1000, **asked)["items"]
        totals = ask(api, "/v1/totals", as_of=at.isoformat(), **asked)
        assert totals["station_count"] == len(stations)
        for name in (name for name in totals if name.endswith("_count") and name != "station_count"):
            assert totals[name] == sum(station[name] for station in stations)


@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        ({"arrondissement": 11}, lambda item: item["arrondissement"] == 11),
        ({"power_min": 20}, lambda item: (item["power_kw"] or 0) >= 20),
        ({"power_max": 8}, lambda item: item["power_kw"] is not None and item["power_kw"] <= 8),
        ({"connector": "type_2"}, lambda item: item["has_type_2"]),
        ({"opening_hours": "24/7"}, lambda item: item["opening_hours"] == "24/7"),
        ({"location_type": "Voirie"}, lambda item: item["location_type"] == "Voirie"),
        ({"access": "Accès libre"}, lambda item: item["access_condition"] == "Accès libre"),
        ({"payment": "bank_card"}, lambda item: item["accepts_bank_card"]),
        ({"payment": "single"}, lambda item: item["accepts_single_payment"]),
        ({"payment": "other"}, lambda item: item["accepts_other_payment"]),
        ({"payment": "free"}, lambda item: item["is_free_of_charge"]),
        ({"status": ["AVAILABLE", "CHARGING"]}, lambda item: item["status"] in ("AVAILABLE", "CHARGING")),
        ({"bbox": "2.2,48.8,2.35,48.9"}, lambda item: 2.2 <= item["longitude"] <= 2.35),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_filters_leave_what_they_say(api: httpx.Client, asked: dict[str, Any], holds: Any) -> None:
    whole = ask(api, "/v1/charge-points", as_of=NOON.isoformat(), limit=1000)["items"]
    some = ask(api, "/v1/charge-points", as_of=NOON.isoformat(), limit=1000, **asked)["items"]
    assert some == [item for item in whole if holds(item)]


def test_csv_and_geojson_have_the_same_rows(api: httpx.Client) -> None:
    whole = ask(api, "/v1/stations", as_of=NOON.isoformat())["items"]
    table = api.get("/v1/stations", params={"as_of": NOON.isoformat(), "format": "csv"})
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert "opendatacommons" in table.headers["link"]
    assert len(table.text.splitlines()) == len(whole) + 1
    features = ask(api, "/v1/stations", as_of=NOON.isoformat(), format="geojson")
    assert features["type"] == "FeatureCollection"
    assert features["licences"][0]["licence"] == "ODbL 1.0"
    assert [one["properties"]["station_id"] for one in features["features"]] == [one["station_id"] for one in whole]
    assert features["features"][0]["geometry"]["coordinates"] == [whole[0]["longitude"], whole[0]["latitude"]]


def test_an_answer_that_a_client_has_is_not_sent_again(api: httpx.Client) -> None:
    asked = {"as_of": NOON.isoformat()}
    first = api.get("/v1/stations", params=asked)
    again = api.get("/v1/stations", params=asked, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    other = api.get("/v1/stations", params=asked | {"limit": 3}, headers={"If-None-Match": first.headers["etag"]})
    assert other.status_code == 200
    assert "max-age=3600" in first.headers["cache-control"]
