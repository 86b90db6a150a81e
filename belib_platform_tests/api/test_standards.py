"""The present in the field's standards: valid by their schemas, and saying what the API says."""

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest
import time_machine
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from belib_platform.api.bike_stations import State
from belib_platform.api.standards.irve import COLUMNS
from belib_platform.api.standards.words import (
    BIKE_STATION_STANDARDS,
    CHARGE_POINT_STANDARDS,
    WORDS,
    Said,
    loss_matrix,
    losses,
)
from belib_platform.contracts.vocabulary import STATUSES
from belib_platform_tests.api.irve_rules import broken_by_schema, broken_by_us
from belib_platform_tests.api.test_bad_requests import problem
from belib_platform_tests.api.test_present import NOON, ask
from belib_platform_tests.documents import ROOT

AT = {"as_of": NOON.isoformat()}

SCHEMA = "standards/irve/schema-dynamique.json"


@pytest.fixture
def points(api: httpx.Client) -> dict[str, dict[str, Any]]:
    """What the API says of each charge point at noon."""
    items = ask(api, "/v1/charge-points", limit=1000, **AT)["items"]
    return {item["charge_point_id"]: item for item in items}


@pytest.fixture
def irve(api: httpx.Client) -> bytes:
    """The file of IRVE dynamique of noon."""
    answer = api.get("/v1/standards/irve-dynamique.csv", params=AT)
    assert answer.status_code == 200
    return answer.content


def test_irve_says_of_each_charge_point_what_the_api_says(irve: bytes, points: dict[str, dict[str, Any]]) -> None:
    rows = list(csv.DictReader(io.StringIO(irve.decode())))
    expected = {
        point["national_id"]: WORDS[point["status"]].irve for point in points.values() if point["status"] != "REMOVED"
    }
    assert {row["id_pdc_itinerance"]: (row["etat_pdc"], row["occupation_pdc"]) for row in rows} == expected
    assert tuple(rows[0]) == COLUMNS
    for row in rows:
        assert row["etat_pdc"] == "en_service" or row["occupation_pdc"] == "inconnu"


SPOILED: dict[str, tuple[str, str, list[str]]] = {
    "a word that it does not have": (r"libre", "libr", ["constraint-error occupation_pdc"]),
    "no word where one is required": (r"en_service", "", ["constraint-error etat_pdc"]),
    "another name of a column": (r"horodatage", "date", ["incorrect-label horodatage"]),
    "no instant": (r"2025-03-30T", "2025-13-30T", ["type-error horodatage"]),
    "another form of the id": (r"\nFR", "\n12", ["constraint-error id_pdc_itinerance"]),
}
"""What is put in for the first match of a pattern, and what is then wrong."""


def test_irve_is_valid_by_its_schema(irve: bytes, recorded: Callable[[str], Path]) -> None:
    assert broken_by_schema(irve, recorded(SCHEMA)) == []


@pytest.mark.parametrize("spoiled", SPOILED)
def test_irve_spoiled_is_not_valid_by_its_schema(irve: bytes, recorded: Callable[[str], Path], spoiled: str) -> None:
    pattern, other, wrong = SPOILED[spoiled]
    text = re.sub(pattern, other, irve.decode(), count=1)
    assert broken_by_schema(text.encode(), recorded(SCHEMA)) == wrong


def test_irve_names_each_charge_point_once_and_every_offset(irve: bytes) -> None:
    assert broken_by_us(irve) == []
    header, first, *_ = irve.decode().splitlines()
    twice = "\n".join([header, first, first])
    assert broken_by_us(twice.encode()) == [f"repeated {first.partition(',')[0]}"]
    without_offset = re.sub(r"(:\d\d)\.\d+Z", r"\1", "\n".join([header, first]))
    assert broken_by_us(without_offset.encode()) == [f"no offset {without_offset.splitlines()[1].split(',')[3]}"]


def test_ocpi_has_what_it_requires(api: httpx.Client, points: dict[str, dict[str, Any]]) -> None:
    answer = ask(api, "/v1/standards/ocpi/2.3.0/locations", **AT)
    assert answer["status_code"] == 1000
    evses = [evse for location in answer["data"] for evse in location["evses"]]
    assert {evse["uid"] for evse in evses} <= points.keys()
    assert len(evses) == len({evse["uid"] for evse in evses}) > 10
    for location in answer["data"]:
        required = {"country_code", "party_id", "id", "publish", "address", "city", "country", "coordinates"}
        assert location.keys() >= required | {"time_zone", "last_updated"}
        assert len(location["address"]) <= 45
        assert re.fullmatch(r"-?[0-9]{1,2}\.[0-9]{5,7}", location["coordinates"]["latitude"])
        assert re.fullmatch(r"-?[0-9]{1,3}\.[0-9]{5,7}", location["coordinates"]["longitude"])
    for evse in evses:
        assert evse["status"] == WORDS[points[evse["uid"]]["status"]].ocpi
        assert evse["connectors"]
        for connector in evse["connectors"]:
            assert connector["max_voltage"] > 0
            assert connector["max_amperage"] > 0
            assert connector["power_type"] in {"AC_1_PHASE", "AC_3_PHASE", "DC"}


LOCATIONS = "/v1/standards/ocpi/2.3.0/locations"


def ocpi_pages(api: httpx.Client, **asked: Any) -> list[httpx.Response]:
    """The first page and all that its Link leads to."""
    pages = [api.get(LOCATIONS, params=asked)]
    while "next" in pages[-1].links:
        pages.append(api.get(pages[-1].links["next"]["url"]))
    assert {page.status_code for page in pages} == {200}
    return pages


def data_of(pages: list[httpx.Response]) -> list[dict[str, Any]]:
    return [location for page in pages for location in page.json()["data"]]


@pytest.mark.parametrize("limit", [1, 2, 5])
def test_ocpi_pages_lead_to_all_locations(api: httpx.Client, limit: int) -> None:
    [whole] = ocpi_pages(api, **AT)
    pages = ocpi_pages(api, **AT, limit=limit)
    locations = whole.json()["data"]
    assert data_of(pages) == locations
    assert len(locations) == len({location["id"] for location in locations}) > 5
    assert {len(page.json()["data"]) for page in pages[:-1]} == {limit}
    assert {page.headers["x-total-count"] for page in [whole, *pages]} == {str(len(locations))}
    assert {page.headers["x-limit"] for page in [whole, *pages]} == {"1000"}


def test_ocpi_pages_of_now_speak_of_one_instant(api: httpx.Client) -> None:
    with time_machine.travel(NOON):
        pages = ocpi_pages(api, limit=2)
    assert len({page.json()["timestamp"] for page in pages}) == 1
    assert len(pages) > 2


def test_ocpi_dates_part_the_locations(api: httpx.Client) -> None:
    everything = data_of(ocpi_pages(api, **AT))
    updates = sorted({location["last_updated"] for location in everything})
    middle = updates[len(updates) // 2]
    before, after = ocpi_pages(api, **AT, date_to=middle, limit=1), ocpi_pages(api, **AT, date_from=middle, limit=1)
    assert data_of(before) == [location for location in everything if location["last_updated"] < middle]
    assert data_of(after) == [location for location in everything if location["last_updated"] >= middle]
    assert min(len(before), len(after)) >= 2
    assert int(before[0].headers["x-total-count"]) + int(after[0].headers["x-total-count"]) == len(everything)
    without_offset = middle.removesuffix("Z")
    assert data_of(ocpi_pages(api, **AT, date_from=without_offset)) == data_of(after)


def test_ocpi_limits_are_those_of_the_standard(api: httpx.Client) -> None:
    [more_than_there_is] = ocpi_pages(api, **AT, limit=10**9)
    assert more_than_there_is.json()["data"] == data_of(ocpi_pages(api, **AT))
    [beyond_the_end] = ocpi_pages(api, **AT, offset=10**9)
    assert (beyond_the_end.json()["data"], "link" in beyond_the_end.headers) == ([], False)
    for wrong in ({"limit": 0}, {"offset": -1}, {"date_from": "yesterday"}, {"date_to": "0001-01-01T00:00:00+14:00"}):
        assert problem(api.get(LOCATIONS, params=AT | wrong), 400)["parameter"] == next(iter(wrong))


def test_datex_is_valid_by_its_schema(api: httpx.Client, recorded: Callable[[str], Path]) -> None:
    folder = recorded("standards/datex2-afir-recharging-1.0/status")
    schemas = {file.name: json.loads(file.read_text("utf-8")) for file in folder.glob("DATEXII_3_*.json")}
    registry = Registry().with_resources((name, DRAFT202012.create_resource(own)) for name, own in schemas.items())
    validator = Draft202012Validator(schemas["DATEXII_3_MessageContainer.json"], registry=registry)
    example = json.loads((folder / "EnergyInfrastructureStatusPublication_rev2.json").read_text("utf-8"))
    message = ask(api, "/v1/standards/datex2-afir/status", **AT)
    for valid in (example, message):
        assert [error.message for error in validator.iter_errors(valid)] == []
    message["messageContainer"]["payload"][0]["modelBaseVersionG"] = 3
    assert [error.message for error in validator.iter_errors(message)] != []


def test_datex_says_of_each_charge_point_what_the_api_says(
    api: httpx.Client, points: dict[str, dict[str, Any]]
) -> None:
    message = ask(api, "/v1/standards/datex2-afir/status", **AT)
    [payload] = message["messageContainer"]["payload"]
    said = {
        status["aegiElectricChargingPointStatus"]["reference"]["idG"]: status["aegiElectricChargingPointStatus"][
            "status"
        ]["value"]
        for site in payload["aegiEnergyInfrastructureStatusPublication"]["energyInfrastructureSiteStatus"]
        for station in site["energyInfrastructureStationStatus"]
        for status in station["refillPointStatus"]
    }
    assert said == {point_id: WORDS[point["status"]].datex for point_id, point in points.items()}


def test_every_state_has_its_words() -> None:
    assert set(WORDS) == {*STATUSES, None}
    assert losses(CHARGE_POINT_STANDARDS["OCPI"]) == {"UNKNOWN": ["UNKNOWN", "unobserved"]}
    assert losses(CHARGE_POINT_STANDARDS["IRVE dynamique"])["left out"] == ["REMOVED"]
    assert {state or "unobserved" for state in BIKE_STATION_STANDARDS["GBFS"]} == set(get_args(State))
    assert losses(BIKE_STATION_STANDARDS["GBFS"]) == {"left out": ["unobserved"]}


@pytest.mark.parametrize("standards", [CHARGE_POINT_STANDARDS, BIKE_STATION_STANDARDS], ids=" ".join)
def test_the_document_has_the_loss_matrix(standards: dict[str, Said]) -> None:
    assert loss_matrix(standards) in (ROOT / "docs/api.md").read_text("utf-8")
