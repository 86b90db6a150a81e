"""What the API says of bike stations is what the simulated feed said at the newest poll, at any instant."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
import time_machine

from belib_platform.exports.terms import VELIB
from belib_platform.warehouse.schema import ensure_schema
from belib_platform_tests.api.conftest import SETTINGS, History
from belib_platform_tests.api.served import served
from belib_platform_tests.api.test_bad_requests import WRONG, problem
from belib_platform_tests.api.test_present import INSTANTS, NOON, ask

PATH = "/v1/bike-stations"
FIELDS = ("mechanical", "ebike", "docks", "is_installed", "is_renting", "is_returning")
A_DAY = timedelta(hours=24)


def stations(api: httpx.Client, at: datetime = NOON, **asked: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = ask(api, PATH, as_of=at.isoformat(), limit=1000, **asked)["items"]
    return items


def newest_poll(history: History, at: datetime) -> datetime:
    [newest] = history.sql(
        "SELECT max(fetched_at) AS at FROM clean.poll "
        "WHERE source = 'velib' AND outcome = 'sound' AND fetched_at <= %(at)s",
        at=at,
    )
    assert isinstance(newest["at"], datetime)
    return newest["at"]


def state_of(said: dict[str, Any]) -> str:
    if not said["is_reporting"]:
        return "not_reporting"
    return "open" if said["is_installed"] and said["is_renting"] and said["is_returning"] else "closed"


FORGET = [
    "DELETE FROM clean.poll WHERE source = 'velib' AND fetched_at > %(newest)s",
    "DELETE FROM clean.bike_station_status WHERE first_seen_at > %(newest)s",
    """
    UPDATE clean.bike_station_status SET last_seen_at = %(newest)s, holds_until = %(holds)s
    WHERE last_seen_at > %(newest)s
    """,
]
"""What undoes all polls after an instant."""


@pytest.mark.parametrize("at", INSTANTS, ids=str)
def test_stations_have_what_the_feed_said_at_the_newest_poll(api: httpx.Client, history: History, at: datetime) -> None:
    answer = ask(api, PATH, as_of=at.isoformat(), limit=1000)
    bikes, newest = history.paris.bikes, newest_poll(history, at)
    assert datetime.fromisoformat(answer["newest_response_at"]) == newest
    assert answer["age_s"] == int((at - newest).total_seconds())
    assert at - newest < timedelta(seconds=3 * SETTINGS.cadence_s), "no observation would hold"
    assert [item["station_code"] for item in answer["items"]] == sorted(s.station_code for s in bikes.stations)
    for item in answer["items"]:
        told = bikes.reported_state(item["station_code"], newest)._asdict()
        assert {name: item[name] for name in FIELDS} == told
        assert item["bikes"] == told["mechanical"] + told["ebike"]
        assert item["is_reporting"] == (newest - bikes.last_reported(item["station_code"], newest) <= A_DAY)
        assert item["state"] == state_of(item)
    assert {item["state"] for item in answer["items"]} >= {"open", "not_reporting"}


def test_attributes_are_those_of_the_city(api: httpx.Client, history: History) -> None:
    city = {station.station_code: station for station in history.paris.bike_city}
    for item in stations(api):
        station = city[item["station_code"]]
        assert (item["station_name"], item["capacity"]) == (station.name, station.capacity)
        assert (item["commune"], item["insee_code"]) == (station.commune, station.insee_code)
        assert (item["longitude"], item["latitude"]) == pytest.approx((station.longitude, station.latitude))


def test_an_instant_of_an_outage_has_stations_of_which_nobody_knows(own_history: History) -> None:
    gap = timedelta(seconds=3 * SETTINGS.cadence_s)
    newest = newest_poll(own_history, NOON)
    with psycopg.connect(own_history.url) as connection:
        for sql in FORGET:
            connection.execute(sql, {"newest": newest, "holds": newest + gap})
    with served(SETTINGS, own_history.url) as api:
        [first, *_] = stations(api, newest + gap)
        assert first["state"] != "unobserved"
        later = newest + gap + timedelta(seconds=1)
        unknown = stations(api, later)
        assert len(unknown) == 60
        for item in [*unknown, ask(api, f"{PATH}/{first['station_code']}", as_of=later.isoformat())]:
            assert item["state"] == "unobserved"
            nothing = (*FIELDS, "bikes", "unavailable_dock_count", "is_reporting", "since_at", "is_since_exact")
            assert {item[name] for name in nothing} == {None}
        for asked in ({"open": True}, {"bikes_min": 1}, {"docks_min": 1}):
            assert stations(api, later, **asked) == []


def test_since_is_the_first_poll_that_saw_the_state_that_holds(api: httpx.Client, history: History) -> None:
    for item in stations(api):
        runs = history.sql(
            "SELECT * FROM clean.bike_station_status WHERE station_code = %(code)s AND first_seen_at <= %(at)s "
            "ORDER BY first_seen_at DESC",
            code=item["station_code"],
            at=NOON,
        )
        since = later = runs[0]
        for run in runs[1:]:
            is_same = all(run[name] == later[name] for name in (*FIELDS, "is_reporting", "unavailable_dock_count"))
            if not is_same or run["holds_until"] < later["first_seen_at"]:  # type: ignore[operator]
                break
            since = later = run
        assert datetime.fromisoformat(item["since_at"]) == since["first_seen_at"]
        is_oldest = since["first_seen_at"] == runs[-1]["first_seen_at"]
        assert item["is_since_exact"] is not is_oldest


@pytest.mark.parametrize(
    ("asked", "holds"),
    [
        ({"open": True}, lambda item: item["state"] == "open"),
        ({"bikes_min": 5}, lambda item: item["bikes"] >= 5 and item["is_renting"] and item["is_reporting"]),
        ({"ebikes_min": 3}, lambda item: item["ebike"] >= 3 and item["is_renting"] and item["is_reporting"]),
        ({"docks_min": 9}, lambda item: item["docks"] >= 9 and item["is_returning"] and item["is_reporting"]),
        ({"arrondissement": 15}, lambda item: item["arrondissement"] == 15),
        ({"commune": "75115"}, lambda item: item["arrondissement"] == 15),
        ({"commune": "75056"}, lambda item: item["arrondissement"] is not None),
        ({"commune": "pAris"}, lambda item: item["commune"] == "Paris"),
        ({"bbox": "2.2,48.8,2.35,48.9"}, lambda item: item["longitude"] <= 2.35 and item["latitude"] <= 48.9),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_filters_leave_what_they_say(api: httpx.Client, asked: dict[str, Any], holds: Any) -> None:
    whole, some = stations(api), stations(api, **asked)
    assert some == [item for item in whole if holds(item)]
    assert 0 < len(some) < len(whole)


def test_a_suburb_is_found_by_name_and_by_code(api: httpx.Client) -> None:
    suburb = next(item for item in stations(api) if item["arrondissement"] is None)
    found = stations(api, commune=suburb["commune"].upper())
    assert found == stations(api, commune=suburb["insee_code"]) != []
    assert {item["commune"] for item in found} == {suburb["commune"]}


def test_a_dead_station_is_neither_empty_nor_full(api: httpx.Client) -> None:
    dead = [item for item in stations(api) if item["state"] == "not_reporting"]
    assert len(dead) == 1
    assert dead[0]["bikes"] is not None
    for asked in ({"bikes_min": 1}, {"docks_min": 1}, {"ebikes_min": 1}, {"open": True}):
        assert dead[0] not in stations(api, **asked)


def test_near_means_by_distance_and_pages_make_the_whole(api: httpx.Client) -> None:
    asked = {"as_of": NOON.isoformat(), "near": "48.86,2.34", "radius": 20000}
    whole = ask(api, PATH, limit=1000, **asked)["items"]
    metres = [item["distance_m"] for item in whole]
    assert metres == sorted(metres)
    found, cursor = [], {}
    while True:
        answer = ask(api, PATH, limit=7, **asked, **cursor)
        found += answer["items"]
        if answer["next_cursor"] is None:
            break
        cursor = {"cursor": answer["next_cursor"]}
    assert found == whole
    assert len(whole) > 30


def test_one_station_is_the_one_of_the_list(api: httpx.Client) -> None:
    for item in stations(api)[:5]:
        said = ask(api, f"{PATH}/{item['station_code']}", as_of=NOON.isoformat())
        assert said == said | item
        assert said["licences"] == [dict(zip(("licence", "url", "attribution"), VELIB, strict=True))]


def test_csv_and_geojson_have_the_same_rows(api: httpx.Client) -> None:
    whole = stations(api)
    table = api.get(PATH, params={"as_of": NOON.isoformat(), "limit": 1000, "format": "csv"})
    assert len(table.text.splitlines()) == len(whole) + 1
    features = ask(api, PATH, as_of=NOON.isoformat(), limit=1000, format="geojson")["features"]
    assert [one["properties"]["station_code"] for one in features] == [one["station_code"] for one in whole]
    assert features[0]["geometry"]["coordinates"] == [whole[0]["longitude"], whole[0]["latitude"]]


@pytest.mark.parametrize("hours", [1, 20, 30])
def test_the_history_is_that_of_the_table_until_the_instant(api: httpx.Client, history: History, hours: int) -> None:
    at = history.paris.begins_at + timedelta(hours=hours, minutes=20)
    code = stations(api, at)[0]["station_code"]
    found, cursor = [], {}
    while True:
        asked = {"from": "2025-03-28T00:00:00Z", "as_of": at.isoformat(), "limit": 20}
        answer = ask(api, f"{PATH}/{code}/history", **asked, **cursor)
        found += answer["items"]
        if answer["next_cursor"] is None:
            break
        cursor = {"cursor": answer["next_cursor"]}
    runs = history.sql(
        "SELECT * FROM clean.bike_station_status WHERE station_code = %(code)s AND first_seen_at <= %(at)s ORDER BY 2",
        code=code,
        at=at,
    )
    learned_later = ("last_seen_at", "holds_until", "poll_count")
    for one, run in zip(found, runs, strict=True):
        said = {
            name: datetime.fromisoformat(v) if name.endswith(("_at", "until")) and v else v for name, v in one.items()
        }
        kept = {name: value for name, value in run.items() if name != "station_code"}
        is_open = run is runs[-1] and run["holds_until"] >= at  # type: ignore[operator]
        assert said == (kept | dict.fromkeys(learned_later) if is_open else kept)
    assert found


def test_an_answer_that_a_client_has_is_not_sent_again_until_its_own_day_is_written(own_history: History) -> None:
    asked = {"as_of": NOON.isoformat()}
    rewrite = "UPDATE clean.written_window SET revised_at = now() WHERE asset = '{}' AND window_key = '2025-03-30'"
    with served(SETTINGS, own_history.url) as api:
        code = stations(api)[0]["station_code"]
        for path in (PATH, f"{PATH}/{code}", f"{PATH}/{code}/history"):
            first = api.get(path, params=asked)
            again = api.get(path, params=asked, headers={"If-None-Match": first.headers["etag"]})
            assert (again.status_code, again.content) == (304, b"")
        for asset, is_revised in (("charge_point_status", False), ("bike_station_status", True)):
            own_history.sql(rewrite.format(asset) + " RETURNING 1")
            answer = ask(api, PATH, **asked)
            assert (answer["revised_at"] is not None) == is_revised


def test_an_unknown_station_is_named(api: httpx.Client) -> None:
    for path in (f"{PATH}/99999", f"{PATH}/99999/history"):
        assert problem(api.get(path), 404)["parameter"] == "station_code"
    problem(api.get(f"{PATH}/'%20OR%201=1"), 400)
    before = {"as_of": "2025-03-28T12:00:00Z"}
    assert problem(api.get(PATH, params=before), 400)["parameter"] == "as_of"


WRONG_HERE = [wrong for wrong in WRONG if wrong.split()[0] in {"as_of", "limit", "cursor", "near", "bbox", "format"}]
MORE_WRONG = {"bikes_min": -1, "ebikes_min": "many", "docks_min": 1001, "open": "maybe", "commune": "\0"}


@pytest.mark.parametrize("wrong", WRONG_HERE)
def test_a_wrong_parameter_is_named(api: httpx.Client, wrong: str) -> None:
    told = problem(api.get(PATH, params={"as_of": NOON.isoformat()} | WRONG[wrong]), 400)
    assert told["parameter"] == wrong.split()[0]


@pytest.mark.parametrize("wrong", MORE_WRONG)
def test_a_wrong_filter_is_named(api: httpx.Client, wrong: str) -> None:
    assert problem(api.get(PATH, params={wrong: MORE_WRONG[wrong]}), 400)["parameter"] == wrong


@pytest.mark.parametrize("text", ["' OR 1=1 --", "%s", "%(at)s", "\\"])
def test_a_text_is_a_text(api: httpx.Client, text: str) -> None:
    assert stations(api, commune=text) == []


def test_without_bikes_there_are_none(postgres_url: str) -> None:
    ensure_schema(postgres_url)
    with served(SETTINGS, postgres_url) as api:
        for path in (PATH, "/v1/bikes/hourly", "/v1/bikes/daily", "/v1/bikes/rhythms"):
            answer = ask(api, path)
            assert (answer["items"], answer["newest_response_at"], answer["age_s"]) == ([], None, None)
        assert problem(api.get(f"{PATH}/1001"), 404)["parameter"] == "station_code"


def test_now_is_the_same_question(api: httpx.Client) -> None:
    with time_machine.travel(NOON, tick=False):
        now = ask(api, PATH, limit=1000)
    assert now["items"] == stations(api)
    assert now["as_of"] == NOON.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
