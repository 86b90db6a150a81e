"""Forecasts stand beside each other; a step that breaks a rule goes alone."""

import json
from datetime import timedelta
from typing import Any

import polars as pl
import pytest

from belib_platform.contracts.clean import RejectedRecord, WeatherForecast
from belib_platform.contracts.mart import StationAvailabilityHourly
from belib_platform.raw.store import RawStore
from belib_platform.sources.open_meteo import OPEN_METEO
from belib_platform.warehouse.partition import write_partitions
from belib_platform.warehouse.station_availability_hourly import STATION_HOURS
from belib_platform.warehouse.warehouse import Table, Warehouse
from belib_platform_tests.raw.made_pages import NOON, response
from belib_platform_tests.sources.portal_records import live
from belib_platform_tests.warehouse.daily_windows import partition
from belib_platform_tests.warehouse.days import inputs, refresh, run

NO_FORECAST = "step_has_temperature_or_precipitation"
HOURS = [int(NOON.timestamp()) + 3600 * n for n in range(4)]


def forecast(**changes: Any) -> bytes:
    hourly = {"time": HOURS, "temperature_2m": [1.0, 2.0, 3.0, 4.0], "precipitation": [0.0] * 4, **changes}
    return json.dumps({"utc_offset_seconds": 0, "hourly": hourly}).encode()


def write(store: RawStore, house: Warehouse) -> None:
    run(store, house, [NOON.date()], [WeatherForecast])


def keep(store: RawStore, body: bytes, minutes: int = 0) -> None:
    at = NOON + timedelta(minutes=minutes)
    assert OPEN_METEO.judge(body, "application/json").is_sound
    store.keep("raw_meteo", [response(body, at, received_at=at + timedelta(seconds=1), source="open_meteo")])


@pytest.mark.family
@pytest.mark.parametrize(
    ("changes", "rules", "left"),
    [
        ({"time": [HOURS[0], HOURS[1], HOURS[1], HOURS[3]]}, ["primary_key"] * 2, 2),
        ({"time": [HOURS[0], None, "x", HOURS[3]]}, ["time_is_readable"] * 2, 2),
        ({"time": [HOURS[0], True, "0001-01-01T00:00+14:00", HOURS[3]]}, ["time_is_readable"] * 2, 2),
        ({"time": [HOURS[0], 1, 250_000_000_000, HOURS[3]]}, ["step_is_near_its_request"] * 2, 2),
        ({"temperature_2m": [None, 2, 3, 4], "precipitation": [None, 0, 0, 0]}, [NO_FORECAST], 3),
        ({"temperature_2m": [99.0, 2.0, 3.0, 4.0], "precipitation": [-0.5, 0, 0, 0]}, [NO_FORECAST], 3),
        ({"temperature_2m": ["x", 2, 3, 4], "precipitation": [[], 0, 0, 0]}, [NO_FORECAST], 3),
    ],
    ids=[
        "an hour twice",
        "no hour",
        "an hour of no year",
        "hours of other years",
        "nothing told",
        "nothing that can be",
        "nothing that can be read",
    ],
)
def test_an_odd_step_goes_alone(
    store: RawStore, warehouse: Warehouse, changes: dict[str, Any], rules: list[str], left: int
) -> None:
    keep(store, forecast(**changes))
    keep(store, forecast(), minutes=5)
    write(store, warehouse)
    rejects = warehouse.read(RejectedRecord).sort("record_index")
    assert rejects["rule"].to_list() == rules
    assert rejects["page_id"].unique().len() == 1
    assert warehouse.read(WeatherForecast).height == left + 4


def test_every_answer_is_kept_beside_the_others(store: RawStore, warehouse: Warehouse) -> None:
    for minutes in (60, 0, 30):
        keep(store, forecast(), minutes)
        write(store, warehouse)
    rows = warehouse.read(WeatherForecast)
    assert rows.height == 12
    assert rows["available_at"].n_unique() == 3
    assert (rows["available_at"] - rows["fetched_at"]).unique().to_list() == [timedelta(seconds=1)]
    assert rows["interval_s"].unique().to_list() == [3600]


def test_rows_without_values_that_the_table_kept_from_before_hide_nothing_from_the_mart(
    store: RawStore, warehouse: Warehouse
) -> None:
    keep(store, forecast(), minutes=-60)
    store.keep("raw_belib", [response([live(0)], NOON)])
    refresh(store, warehouse, NOON.date())
    own, mart = Table(warehouse, WeatherForecast), Table(warehouse, StationAvailabilityHourly)
    rows, told = own.rows(NOON.date()), known(mart.rows())
    later = timedelta(minutes=30)
    empty = rows.with_columns(
        pl.col("fetched_at", "available_at") + later, pl.lit(None, pl.Float64).alias("temperature_c"),
        pl.lit(None, pl.Float64).alias("precipitation_mm"),
    )  # fmt: skip
    write_partitions(warehouse, WeatherForecast, [partition(own, NOON.date(), pl.concat([rows, empty]))], "before")
    made = STATION_HOURS.partition(inputs(store, warehouse), NOON.date(), full_refresh=True)
    assert made.frame is not None
    assert known(made.frame).equals(told)
    assert told["temperature_c"].drop_nulls().to_list() == [2.0, 3.0, 4.0]


def known(hours: pl.DataFrame) -> pl.DataFrame:
    columns = ("hour_at", "weather_provider", "weather_available_at", "temperature_c", "precipitation_mmh")
    return hours.sort("hour_at").select(columns)
