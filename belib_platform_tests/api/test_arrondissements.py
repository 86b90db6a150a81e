"""The borders are those of the table, small enough to be drawn by a page, and asked for once a day."""

import json

import httpx

from belib_platform.exports.terms import BORDERS
from belib_platform_tests.api.conftest import SETTINGS, History
from belib_platform_tests.api.served import served

PATH = "/v1/arrondissements"


def test_the_borders_are_those_of_the_table(api: httpx.Client, history: History) -> None:
    answer = api.get(PATH)
    assert answer.headers["content-type"] == "application/geo+json"
    told = answer.json()
    held = history.sql("SELECT * FROM clean.arrondissement ORDER BY arrondissement")
    assert [feature["properties"] for feature in told["features"]] == [
        {"arrondissement": row["arrondissement"], "name": row["arrondissement_name"]} for row in held
    ]
    assert [feature["geometry"] for feature in told["features"]] == [json.loads(str(row["outline"])) for row in held]
    assert [feature["properties"]["arrondissement"] for feature in told["features"]] == list(range(1, 21))
    assert told["type"] == "FeatureCollection"
    assert told["newest_response_at"] == api.get("/v1/stations").json()["newest_response_at"]
    assert [licence["attribution"] for licence in told["licences"]] == [BORDERS.attribution]


def test_they_are_asked_for_once_a_day_and_answered_with_304_until_they_change(own_history: History) -> None:
    with served(SETTINGS, own_history.url) as client:
        first = client.get(PATH)
        assert first.headers["cache-control"] == "public, max-age=86400"
        known = {"If-None-Match": first.headers["etag"]}
        again = client.get(PATH, headers=known)
        assert (again.status_code, again.content) == (304, b"")
        own_history.sql("UPDATE clean.written_window SET run_id = 'another' WHERE asset = 'charge_point' RETURNING 1")
        assert client.get(PATH, headers=known).status_code == 304
        own_history.sql("UPDATE clean.written_window SET run_id = 'another' WHERE asset = 'arrondissement' RETURNING 1")
        assert client.get(PATH, headers=known).status_code == 200


def test_until_they_have_come_the_collection_is_empty_and_soon_asked_for_again(own_history: History) -> None:
    own_history.sql("DELETE FROM clean.arrondissement RETURNING 1")
    own_history.sql("UPDATE clean.written_window SET row_count = 0 WHERE asset = 'arrondissement' RETURNING 1")
    with served(SETTINGS, own_history.url) as client:
        answer = client.get(PATH)
    assert answer.json()["features"] == []
    assert answer.headers["cache-control"] == "public, max-age=60"
