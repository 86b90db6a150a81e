"""The feed of bike stations and the operator's own pair: their forms are the real ones, their numbers the truth."""

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from belib_platform.simulator.errors import NotDrawnError
from belib_platform.simulator.paris import Paris

WORDS = {True: "OUI", False: "NON"}


@pytest.fixture(scope="module")
def paris() -> Paris:
    """Three hundred bike stations for two days, with closed and dead ones."""
    return Paris.draw(5, first_day=date(2025, 5, 19), days=2, stations=1, bike_stations=300)


@pytest.fixture(scope="module")
def noon(paris: Paris) -> datetime:
    return paris.begins_at + timedelta(hours=12)


@pytest.fixture(scope="module")
def records(paris: Paris, noon: datetime) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(paris.bike_body(noon))
    return found


def test_the_feed_says_what_stations_reported(paris: Paris, noon: datetime, records: list[dict[str, Any]]) -> None:
    assert [r["stationcode"] for r in records] == [s.station_code for s in paris.bike_city]
    for record in records:
        code = record["stationcode"]
        said = paris.bikes.reported_state(code, noon)
        assert record["numbikesavailable"] == record["mechanical"] + record["ebike"]
        assert (record["mechanical"], record["ebike"], record["numdocksavailable"]) == said[:3]
        words = (record["is_installed"], record["is_renting"], record["is_returning"])
        assert words == tuple(WORDS[flag] for flag in said[3:])
        assert datetime.fromisoformat(record["duedate"]) == paris.bikes.last_reported(code, noon)
    assert {r["is_renting"] for r in records} == {"OUI", "NON"}


def test_places_are_those_of_the_stations(paris: Paris, records: list[dict[str, Any]]) -> None:
    for station, record in zip(paris.bike_city, records, strict=True):
        assert record["coordonnees_geo"] == {"lon": station.longitude, "lat": station.latitude}
        assert (record["name"], record["capacity"]) == (station.name, station.capacity)
        assert record["nom_arrondissement_communes"] == station.commune
        assert record["code_insee_commune"] == station.insee_code


def test_the_form_is_that_of_the_portal(records: list[dict[str, Any]], recorded: Callable[[str], Path]) -> None:
    page = json.loads(recorded("velib/records_default_limit10_2025-01-23.json").read_text())
    for record in records:
        assert list(record) == [*page["results"][0], "station_opening_hours"]
        assert record["station_opening_hours"] is None
        assert record["duedate"].endswith("+00:00")
    _assert_types(page["results"][0], records[0])


def test_the_operators_pair_has_its_recorded_form(
    paris: Paris, noon: datetime, recorded: Callable[[str], Path]
) -> None:
    for name, body in (
        ("station_status_2024-11-19T082218Z.json", paris.bike_gbfs_status(noon)),
        ("station_information_2024-11-19.json", paris.bike_gbfs_information(noon)),
    ):
        real, simulated = json.loads(recorded(f"velib/{name}").read_text()), json.loads(body)
        assert list(simulated) == list(real)
        forms = [{tuple(s): s for s in feed["data"]["stations"]} for feed in (real, simulated)]
        assert set(forms[0]) == set(forms[1])
        for fields, station in forms[0].items():
            _assert_types(station, forms[1][fields])


def _assert_types(real: dict[str, Any], simulated: dict[str, Any]) -> None:
    assert {key: type(value) for key, value in real.items()} == {key: type(simulated[key]) for key in real}


def test_the_operators_pair_agrees_with_the_feed(paris: Paris, noon: datetime, records: list[dict[str, Any]]) -> None:
    status, information = (
        json.loads(body)["data"]["stations"]
        for body in (paris.bike_gbfs_status(noon), paris.bike_gbfs_information(noon))
    )
    assert [s["station_id"] for s in status] == [s["station_id"] for s in information]
    for record, counts, place in zip(records, status, information, strict=True):
        assert counts["stationCode"] == place["stationCode"] == record["stationcode"] != str(counts["station_id"])
        assert counts["num_bikes_available_types"] == [{"mechanical": record["mechanical"]}, {"ebike": record["ebike"]}]
        assert counts["num_bikes_available"] == counts["numBikesAvailable"] == record["numbikesavailable"]
        assert counts["num_docks_available"] == counts["numDocksAvailable"] == record["numdocksavailable"]
        assert counts["last_reported"] == datetime.fromisoformat(record["duedate"]).timestamp()
        for flag in ("is_installed", "is_renting", "is_returning"):
            assert WORDS[bool(counts[flag])] == record[flag]
        assert (place["name"], place["capacity"]) == (record["name"], record["capacity"])
        assert {"lon": place["lon"], "lat": place["lat"]} == record["coordonnees_geo"]


def test_dead_stations_never_change(paris: Paris, records: list[dict[str, Any]]) -> None:
    later = json.loads(paris.bike_body(paris.ends_at - timedelta(seconds=1)))
    first_day = paris.begins_at - timedelta(days=1)
    dead = [(r, s) for r, s in zip(records, later, strict=True) if datetime.fromisoformat(r["duedate"]) < first_day]
    assert dead
    assert all(r == s for r, s in dead)


def test_outages_are_its_own(paris: Paris) -> None:
    assert paris.bike_outages != paris.outages
    frozen = Paris.draw(5, first_day=paris.first_day, days=20, stations=1, bike_stations=4)
    outage = next(o for o in frozen.bike_outages if o.kind == "frozen")
    answer = frozen.bike_answer(outage.ends_at - timedelta(seconds=1))
    assert answer is not None
    assert answer.body == frozen.bike_body(outage.starts_at)
    silent = next(o for o in frozen.bike_outages if o.kind == "silent")
    assert frozen.bike_answer(silent.starts_at) is None
    assert frozen.realtime_answer(silent.starts_at) is not None


def test_other_days_are_refused(paris: Paris) -> None:
    for ask in (paris.bike_body, paris.bike_answer, paris.bike_gbfs_status, paris.bike_gbfs_information):
        with pytest.raises(NotDrawnError, match="2025-05-19"):
            ask(paris.ends_at)
