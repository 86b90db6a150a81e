"""Vélib' as GBFS 3.0: valid by its schemas and by a validator that reads it as a client does, and what the API says."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import time_machine
from gbfs_validator import validate_feed
from jsonschema import Draft7Validator

from belib_platform.api.routes.gbfs import FEEDS
from belib_platform.settings import SIMULATED_MARK
from belib_platform_tests.api.conftest import SETTINGS, History
from belib_platform_tests.api.served import served
from belib_platform_tests.api.test_bad_requests import problem
from belib_platform_tests.api.test_bike_stations import PATH, newest_poll
from belib_platform_tests.api.test_present import NOON, ask

GBFS = "/v1/standards/gbfs/3.0"
SCHEMAS = "standards/gbfs-v3.0"
FIRST = "station_code = (SELECT min(station_code) FROM clean.bike_station)"


@pytest.fixture
def at_noon() -> Iterator[None]:
    """Now is noon on the second day: GBFS speaks of now alone."""
    with time_machine.travel(NOON, tick=False):
        yield


def data(api: httpx.Client, name: str) -> dict[str, Any]:
    told: dict[str, Any] = ask(api, f"{GBFS}/{name}.json")["data"]
    return told


def by_id(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {station["station_id"]: station for station in told["stations"]}


def complaints(api: httpx.Client) -> list[str]:
    """What the validator says of the feeds that it discovers, and of those that it misses."""
    report = validate_feed(f"{str(api.base_url).rstrip('/')}{GBFS}/gbfs.json", docked=True)
    assert report["summary"]["version"] == {"detected": "3.0", "validated": "3.0"}
    read = {file["file"] for file in report["files"] if file["exists"]}
    assert read == {f"{name}.json" for name in FEEDS}
    return [
        f"{file['file']} {error['instancePath']} {error['message']}"
        for file in report["files"]
        for language in file.get("languages") or [file]
        for error in language.get("errors") or ()
    ]


@pytest.mark.usefixtures("at_noon")
def test_a_client_that_validates_reads_the_feeds_without_a_complaint(api: httpx.Client) -> None:
    assert complaints(api) == []


@pytest.mark.usefixtures("at_noon")
def test_the_validator_complains_of_what_is_wrong(own_history: History) -> None:
    own_history.sql(f"UPDATE clean.bike_station SET latitude = 4886 WHERE {FIRST} RETURNING 1")
    with served(SETTINGS, own_history.url) as api:
        [complaint] = complaints(api)
        assert complaint.startswith("station_information.json /data/stations/0/lat")


@pytest.mark.usefixtures("at_noon")
@pytest.mark.parametrize("name", FEEDS)
def test_each_feed_is_valid_by_its_schema(api: httpx.Client, recorded: Callable[[str], Path], name: str) -> None:
    schema = json.loads((recorded(SCHEMAS) / f"{name}.json").read_text("utf-8"))
    validator = Draft7Validator(schema, format_checker=Draft7Validator.FORMAT_CHECKER)
    told = ask(api, f"{GBFS}/{name}.json")
    assert [error.message for error in validator.iter_errors(told)] == []
    assert [error.message for error in validator.iter_errors(told | {"version": "2.3"})] != []


@pytest.mark.usefixtures("at_noon")
def test_the_feeds_say_of_each_station_what_the_api_says(api: httpx.Client, history: History) -> None:
    stations = {item["station_code"]: item for item in ask(api, PATH, limit=1000)["items"]}
    stamps = {
        row["code"]: row["at"]
        for row in history.sql("SELECT station_code AS code, last_reported_at AS at FROM clean.bike_station")
    }
    status, information = by_id(data(api, "station_status")), by_id(data(api, "station_information"))
    assert status.keys() == information.keys() == stations.keys()
    for code, station in stations.items():
        assert information[code] == {
            "station_id": code,
            "name": [{"text": station["station_name"], "language": "fr"}],
            "lat": station["latitude"],
            "lon": station["longitude"],
            "capacity": station["capacity"],
        }
        assert status[code]["num_vehicles_available"] == station["bikes"]
        assert status[code]["num_docks_available"] == station["docks"]
        counts = {one["vehicle_type_id"]: one["count"] for one in status[code]["vehicle_types_available"]}
        assert counts == {"mechanical": station["mechanical"], "ebike": station["ebike"]}
        for flag in ("is_installed", "is_renting", "is_returning"):
            assert status[code][flag] is station[flag]
        assert datetime.fromisoformat(status[code]["last_reported"]) == stamps[code]
    types = {one["vehicle_type_id"]: one["propulsion_type"] for one in data(api, "vehicle_types")["vehicle_types"]}
    assert types == {"mechanical": "human", "ebike": "electric_assist"}


@pytest.mark.usefixtures("at_noon")
@pytest.mark.parametrize("name", FEEDS)
def test_a_feed_lasts_until_the_next_poll(api: httpx.Client, history: History, name: str) -> None:
    answer = api.get(f"{GBFS}/{name}.json")
    told, newest = answer.json(), newest_poll(history, NOON)
    assert datetime.fromisoformat(told["last_updated"]) == newest
    assert told["ttl"] == SETTINGS.cadence_s - int((NOON - newest).total_seconds()) % SETTINGS.cadence_s
    assert answer.headers["cache-control"] == f"public, max-age={told['ttl']}"
    again = api.get(f"{GBFS}/{name}.json", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_what_nobody_knows_is_left_out(api: httpx.Client) -> None:
    with time_machine.travel(NOON.replace(day=31, hour=1), tick=False):
        assert data(api, "station_status") == {"stations": []}
        assert len(data(api, "station_information")["stations"]) == 60
    assert data(api, "station_information") == {"stations": []}, "not seen for long"


@pytest.mark.usefixtures("at_noon")
def test_a_station_that_lacks_an_attribute_is_said_as_far_as_gbfs_can(own_history: History) -> None:
    own_history.sql(
        "UPDATE clean.bike_station SET station_name = NULL, capacity = NULL, last_reported_at = NULL RETURNING 1"
    )
    own_history.sql(f"UPDATE clean.bike_station SET longitude = NULL WHERE {FIRST} RETURNING 1")
    with served(SETTINGS, own_history.url) as api:
        assert complaints(api) == []
        present = ask(api, PATH, limit=1000)
        status, information = by_id(data(api, "station_status")), by_id(data(api, "station_information"))
    stations = {item["station_code"] for item in present["items"]}
    assert information.keys() == status.keys() == stations - {min(stations)}
    for code, station in information.items():
        assert station["name"][0]["text"] == code
        assert status[code]["last_reported"] == present["newest_response_at"]


def test_a_feed_that_there_is_not_is_named(api: httpx.Client) -> None:
    assert problem(api.get(f"{GBFS}/vehicle_status.json"), 400)["parameter"] == "feed"
    assert problem(api.get(f"{GBFS}/gbfs.json", params={"as_of": NOON.isoformat()}), 400)["parameter"] == "as_of"


@pytest.mark.usefixtures("at_noon")
def test_simulated_data_is_named_so(history: History, tmp_path: Path) -> None:
    (tmp_path / SIMULATED_MARK).touch()
    simulated = SETTINGS.model_copy(update={"home": tmp_path, "contact_email": "gbfs@example.org"})
    with served(simulated, history.url) as api:
        told = data(api, "system_information")
    assert (told["system_id"], told["name"][0]["text"]) == ("belib_platform_velib_simulated", "Vélib' simulé")
    assert told["feed_contact_email"] == "gbfs@example.org"
