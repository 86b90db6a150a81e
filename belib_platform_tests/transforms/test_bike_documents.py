"""Documents of bike stations: hours in Paris time with rounded shares, and what each station has now."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from belib_platform.contracts.bikes.clean import BikeStation
from belib_platform.contracts.bikes.mart import BIKE_SECONDS, LACKING, BikeAvailabilityHourly
from belib_platform.contracts.bikes.search import BelibBikeAvailability, BelibBikeStations
from belib_platform.contracts.contract import conform, frame_schema
from belib_platform.transforms.bike_documents import bike_availability_documents, bike_station_documents
from belib_platform_tests.transforms.bike_runs import bike_run, bike_runs, drawn_bike_runs
from belib_platform_tests.transforms.polls import MIDNIGHT

CODE = "16107"
PLACE = {"station_name": "Rue A", "longitude": 2.35, "latitude": 48.85, "capacity": 30, "arrondissement": 16}


def stations(**known: Any) -> pl.LazyFrame:
    """One row of BikeStation."""
    seen = {"first_seen_date": date(2025, 1, 1), "last_seen_date": date(2025, 1, 1)}
    return pl.LazyFrame([{"station_code": CODE, **seen, **PLACE, **known}], schema=frame_schema(BikeStation))


def hour(hour_at: datetime, known: dict[str, Any] | None = None, **values: Any) -> dict[str, Any]:
    """The document of an hour of an open station."""
    none = dict.fromkeys((*BIKE_SECONDS, *LACKING, "out_lower", "in_lower"), 0)
    row = {"hour_at": hour_at, "station_code": CODE, **none, "open_s": 3600, **values}
    rows = pl.LazyFrame([row], schema=frame_schema(BikeAvailabilityHourly))
    frame = bike_availability_documents(rows, stations(**known or {})).collect()
    return BelibBikeAvailability.validate(conform(BelibBikeAvailability, frame)).row(0, named=True)


def test_an_hour_has_its_place_its_paris_time_and_rounded_shares() -> None:
    at = datetime(2025, 3, 30, 1, tzinfo=UTC)
    told = hour(at, no_bike_s=1000, bike_mean=4.26, precipitation_mmh=0.1)
    assert (told["document_id"], told["hour_local"], told["day_of_week"]) == (f"{int(at.timestamp())}_{CODE}", 3, 7)
    assert (told["no_bike_ratio"], told["no_dock_ratio"], told["bike_mean"]) == (0.28, 0.0, 4.3)
    assert (told["area_label"], told["location"]) == ("Paris 16", {"lat": 48.85, "lon": 2.35})
    assert told["is_raining"] is True


def test_what_is_not_known_stays_unknown() -> None:
    told = hour(MIDNIGHT, {"longitude": None}, open_s=0, unobserved_s=3600)
    assert [told[name] for name in ("location", "no_bike_ratio", "bike_mean", "is_raining")] == [None] * 4


@pytest.mark.parametrize(
    ("known", "label"),
    [
        ({"arrondissement": 3}, "Paris 03"),
        ({"arrondissement": None, "commune": "Montreuil"}, "Montreuil"),
        ({"arrondissement": None}, "??"),
    ],
)
def test_an_area_is_an_arrondissement_or_a_commune(known: dict[str, Any], label: str) -> None:
    assert hour(MIDNIGHT, known)["area_label"] == label


def present(*runs: dict[str, Any]) -> dict[str, dict[str, Any]]:
    frame = bike_station_documents(bike_runs(list(runs)).lazy(), stations()).collect()
    told = BelibBikeStations.validate(conform(BelibBikeStations, frame)).rows(named=True)
    return {row["station_code"]: row for row in told}


@pytest.mark.parametrize(
    ("flags", "service"),
    [
        ({}, "OPEN"),
        ({"is_renting": False}, "CLOSED"),
        ({"is_reporting": False}, "NOT_REPORTING"),
        ({"is_reporting": False, "is_installed": False}, "NOT_REPORTING"),
    ],
)
def test_a_station_has_what_its_newest_run_says(flags: dict[str, Any], service: str) -> None:
    later = MIDNIGHT + timedelta(minutes=10)
    told = present(bike_run(CODE, MIDNIGHT), bike_run(CODE, later, mechanical=1, ebike=2, **flags))[CODE]
    assert (told["service"], told["status_since_at"], told["is_current"]) == (service, later, True)
    assert [told[name] for name in ("bikes", "mechanical", "ebike", "docks", "capacity")] == [3, 1, 2, 10, 30]


def test_the_same_numbers_over_midnight_began_before_it() -> None:
    before = MIDNIGHT - timedelta(minutes=5)
    assert present(bike_run(CODE, before), bike_run(CODE, MIDNIGHT))[CODE]["status_since_at"] == before


def test_a_poll_is_dated_on_one_station_of_an_area() -> None:
    newest = MIDNIGHT + timedelta(minutes=5)
    told = present(
        bike_run(CODE, newest), bike_run("1012", newest), bike_run("1013", newest), bike_run("9001", MIDNIGHT)
    )
    dated = {code: (row["is_current"], row["last_seen_at"]) for code, row in told.items()}
    assert dated == {CODE: (True, newest), "1012": (True, newest), "1013": (True, None), "9001": (False, MIDNIGHT)}


@given(drawn_bike_runs())
def test_every_station_keeps_the_contract_of_its_document(runs: list[dict[str, Any]]) -> None:
    assert set(present(*runs)) == {run["station_code"] for run in runs}


@given(st.integers(0, 3600), st.floats(0, 1), st.integers(0, 20 * 365 * 24))
def test_every_hour_keeps_the_contract_of_its_document(open_s: int, share: float, hours: int) -> None:
    at = datetime(2015, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    told = hour(at, open_s=open_s, closed_s=3600 - open_s, no_bike_s=int(open_s * share))
    assert told["no_bike_ratio"] is None or abs(told["no_bike_ratio"] - int(open_s * share) / open_s) <= 0.005001
