"""Bikes and docks hour by hour and date by date are the mart's, in every form, within bounds."""

import io
from datetime import date, datetime
from typing import Any

import httpx
import polars as pl
import pytest

from belib_platform.contracts.bikes.mart import BikeAvailabilityHourly, BikeCityDaily
from belib_platform.contracts.contract import Contract, qualified_name
from belib_platform.exports.terms import BELIB, VELIB
from belib_platform_tests.api.conftest import History
from belib_platform_tests.api.test_bad_requests import problem
from belib_platform_tests.api.test_present import ask

HOURLY, DAILY = "/v1/bikes/hourly", "/v1/bikes/daily"
TABLES: list[tuple[str, type[Contract], dict[str, str]]] = [
    (HOURLY, BikeAvailabilityHourly, {"from": "2025-03-29T00:00:00Z", "to": "2025-03-31T00:00:00Z"}),
    (DAILY, BikeCityDaily, {"from": "2025-03-29", "to": "2025-03-31"}),
]


def rows(history: History, contract: type[Contract], condition: str = "true") -> list[dict[str, Any]]:
    return history.sql(f"SELECT * FROM {qualified_name(contract)} WHERE {condition} ORDER BY 1, 2")


def read(item: dict[str, Any]) -> dict[str, Any]:
    """The values as the table has them."""
    instants = {name: datetime.fromisoformat(item[name]) for name in item if name.endswith("_at") and item[name]}
    return item | instants | {name: date.fromisoformat(item[name]) for name in item if name == "local_date"}


@pytest.mark.parametrize(("path", "contract", "whole"), TABLES, ids=[HOURLY, DAILY])
def test_every_form_has_the_rows_of_the_mart(
    api: httpx.Client, history: History, path: str, contract: type[Contract], whole: dict[str, str]
) -> None:
    expected = rows(history, contract)
    answer = ask(api, path, **whole)
    assert [read(item) for item in answer["items"]] == expected
    assert len(expected) > 30
    said = [licence["attribution"] for licence in answer["licences"]]
    assert VELIB.attribution in said
    assert BELIB.attribution not in said
    assert "Open-Meteo" in " ".join(said)
    parquet = api.get(path, params=whole | {"format": "parquet"})
    assert pl.read_parquet(io.BytesIO(parquet.content)).to_dicts() == expected
    table = api.get(path, params=whole | {"format": "csv"}).text.splitlines()
    assert table[0].split(",") == list(expected[0])
    assert len(table) == len(expected) + 1


@pytest.mark.parametrize(("path", "contract", "whole"), TABLES, ids=[HOURLY, DAILY])
def test_an_area_is_named_by_its_code_or_as_an_arrondissement(
    api: httpx.Client, history: History, path: str, contract: type[Contract], whole: dict[str, str]
) -> None:
    column = "area" if path == DAILY else "insee_code"
    for asked in ({"arrondissement": 15}, {"commune": "75115"}, {"commune": "75115", "arrondissement": 15}):
        items = ask(api, path, **whole, **asked)["items"]
        assert [read(item) for item in items] == rows(history, contract, f"{column} = '75115'") != []
    both = whole | {"commune": "75114", "arrondissement": 15}
    assert problem(api.get(path, params=both), 400)["parameter"] == "commune"
    assert problem(api.get(path, params=whole | {"commune": "Paris"}), 400)["parameter"] == "commune"


def test_the_hours_of_a_station_in_a_range(api: httpx.Client, history: History) -> None:
    station = rows(history, BikeAvailabilityHourly)[0]["station_code"]
    asked = {"from": "2025-03-29T10:00:00Z", "to": "2025-03-29T12:00:00Z", "station": station}
    items = ask(api, HOURLY, **asked)["items"]
    condition = f"station_code = '{station}' AND hour_at BETWEEN '2025-03-29 10:00Z' AND '2025-03-29 11:00Z'"
    assert [read(item) for item in items] == rows(history, BikeAvailabilityHourly, condition)
    assert len(items) == 2
    assert problem(api.get(HOURLY, params={"station": "99999"}), 404)["parameter"] == "station"


def test_dates_begin_and_end_where_they_are_asked_to(api: httpx.Client, history: History) -> None:
    items = ask(api, DAILY, **{"from": "2025-03-29", "to": "2025-03-30"})["items"]
    assert [read(item) for item in items] == rows(history, BikeCityDaily, "local_date = '2025-03-29'") != []
    assert problem(api.get(DAILY, params={"from": "2025-03-30", "to": "2025-03-30"}), 400)["parameter"] == "from"
    assert problem(api.get(DAILY, params={"from": "yesterday"}), 400)["parameter"] == "from"
    assert problem(api.get(DAILY, params={"from": "2023-03-30", "to": "2025-03-30"}), 400)["parameter"] == "from"
    assert problem(api.get(DAILY, params={"to": "0001-01-02"}), 400)["parameter"] == "to"


def test_a_range_of_hours_that_is_too_long_is_named(api: httpx.Client) -> None:
    asked = {"from": "2025-01-01T00:00:00Z", "to": "2025-03-31T00:00:00Z"}
    assert problem(api.get(HOURLY, params=asked), 400)["parameter"] == "from"
    assert api.get(HOURLY, params=asked | {"arrondissement": 11}).status_code == 200
