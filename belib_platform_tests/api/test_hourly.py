"""Availability hour by hour is the mart's, in every form, within bounds."""

import io
from datetime import datetime
from typing import Any

import httpx
import polars as pl
import pytest

from belib_platform_tests.api.conftest import History
from belib_platform_tests.api.test_bad_requests import problem
from belib_platform_tests.api.test_present import ask

DAYS = {"from": "2025-03-29T00:00:00Z", "to": "2025-03-31T00:00:00Z"}


def rows(history: History, condition: str = "true") -> list[dict[str, Any]]:
    return history.sql(
        f"SELECT * FROM mart.station_availability_hourly WHERE {condition} ORDER BY hour_at, station_id, power_kw"
    )


def test_json_has_the_rows_of_the_mart(api: httpx.Client, history: History) -> None:
    items = ask(api, "/v1/availability/hourly", **DAYS)["items"]
    for item in items:
        item |= {name: datetime.fromisoformat(item[name]) for name in item if name.endswith("_at") and item[name]}
    assert items == rows(history)
    assert len(items) > 2 * 24 * 6


def test_filters_and_ranges_leave_what_they_say(api: httpx.Client, history: History) -> None:
    station = rows(history)[0]["station_id"]
    asked = {"from": "2025-03-29T10:00:00Z", "to": "2025-03-29T12:00:00Z", "station": station}
    items = ask(api, "/v1/availability/hourly", **asked)["items"]
    condition = f"station_id = '{station}' AND hour_at BETWEEN '2025-03-29 10:00Z' AND '2025-03-29 11:00Z'"
    assert [item["available_s"] for item in items] == [row["available_s"] for row in rows(history, condition)]
    assert len(items) >= 2


def test_csv_and_parquet_have_the_same_rows(api: httpx.Client, history: History) -> None:
    expected = rows(history)
    parquet = api.get("/v1/availability/hourly", params=DAYS | {"format": "parquet"})
    assert pl.read_parquet(io.BytesIO(parquet.content)).to_dicts() == expected
    table = api.get("/v1/availability/hourly", params=DAYS | {"format": "csv"}).text.splitlines()
    assert len(table) == len(expected) + 1
    assert table[0].startswith("hour_at,station_id,power_kw,")
    assert table[1].startswith("2025-03-29T00:00:00.000Z,")


@pytest.mark.parametrize("form", ["json", "csv", "parquet"])
def test_a_range_without_rows_is_empty(api: httpx.Client, form: str) -> None:
    asked = {"from": "2024-01-01T00:00:00Z", "to": "2024-01-02T00:00:00Z", "format": form}
    assert api.get("/v1/availability/hourly", params=asked).status_code == 200


def test_a_range_that_is_too_long_is_named(api: httpx.Client) -> None:
    asked = {"from": "2025-01-01T00:00:00Z", "to": "2025-03-31T00:00:00Z"}
    assert problem(api.get("/v1/availability/hourly", params=asked), 400)["parameter"] == "from"
    assert api.get("/v1/availability/hourly", params=asked | {"arrondissement": 11}).status_code == 200
