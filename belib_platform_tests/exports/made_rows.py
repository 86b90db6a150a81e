"""Rows of the exported tables, made without a city."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from belib_platform.contracts.bikes.mart import BIKE_SECONDS, LACKING, BikeAvailabilityHourly, BikeCityDaily
from belib_platform.contracts.clean import ChargePointStatus
from belib_platform.contracts.contract import Contract, conform, frame_schema
from belib_platform.contracts.mart import SECONDS, CityDaily
from belib_platform.transforms.bike_moves import MOVED
from belib_platform.warehouse.notes import fingerprint, plan
from belib_platform.warehouse.partition import Partition, write_partitions
from belib_platform.warehouse.warehouse import Table, Warehouse
from belib_platform_tests.transforms.bike_runs import bike_run
from belib_platform_tests.warehouse.bike_days import keep, keep_runs, keep_stations
from belib_platform_tests.warehouse.daily_windows import runs

DAY = date(2026, 10, 30)
DAYS = [DAY + timedelta(days=n) for n in range(4)]
"""The last two of a month and the first two of the next."""

TODAY = DAYS[-1]
"""A day that is not over."""


def city(day: date, areas: int = 2, **values: Any) -> pl.DataFrame:
    """Rows of CityDaily of one date, one point each: half of the time seen free, the other half not seen."""
    seconds = {**dict.fromkeys(SECONDS, 0), "available_s": 43200, "unobserved_s": 43200}
    row = {
        **dict.fromkeys(frame_schema(CityDaily)),
        "local_date": day,
        "hours": 24,
        "hours_in_mart": 24,
        "point_count": 1,
        **seconds,
        "occupancy_ratio": 0.0,
        "available_ratio": 1.0,
        "observed_ratio": 0.5,
        "no_point_free_ratio": 1 / 3,
        "hours_with_weather": 24,
        "weather_providers": "open_meteo",
        "temperature_c": -0.5,
        "is_public_holiday": False,
        "is_school_holiday": None,
    }
    rows = [{**row, "arrondissement": area, **values} for area in range(areas)]
    return CityDaily.validate(pl.DataFrame(rows, schema=frame_schema(CityDaily)))


def write_city(house: Warehouse, day: date, frame: pl.DataFrame, run: str = "run") -> None:
    """Write a date as a run does."""
    own = Table(house, CityDaily)
    partition = Partition(key=day.isoformat(), found=own.note(day), plan=_plan(run), frame=frame)
    write_partitions(house, CityDaily, [partition], run)


def write_status(house: Warehouse, day: date, points: int = 3, status: str = "AVAILABLE", run: str = "run") -> None:
    """Write one run of status of so many points into a UTC day."""
    own = Table(house, ChargePointStatus)
    frame = conform(ChargePointStatus, runs(day, max(points, 1), status).head(points).reverse())
    partition = Partition(key=day.isoformat(), found=own.note(day), plan=_plan(run), frame=frame)
    write_partitions(house, ChargePointStatus, [partition], run)


def write_bikes(house: Warehouse, day: date) -> None:
    """Write two bike stations, their periods and hours of a UTC day, and the date of their area."""
    codes = ("16107", "1012")
    begins = datetime(day.year, day.month, day.day, tzinfo=UTC)
    keep_stations(house, dict.fromkeys(codes, "92012"))
    keep_runs(house, day, [bike_run(code, begins) for code in codes])
    seconds = {**dict.fromkeys((*BIKE_SECONDS, *LACKING, *MOVED), 0), "open_s": 3600, "no_bike_s": 900}
    means = {"bike_mean": 4.5, "ebike_mean": 1.5, "dock_mean": 20.0}
    hours = [
        {**seconds, **means, "hour_at": begins, "station_code": code, "capacity": 30, "weather_provider": "open_meteo"}
        for code in codes
    ]
    keep(house, BikeAvailabilityHourly, day, pl.DataFrame(hours, schema=frame_schema(BikeAvailabilityHourly)))
    ratios = {"no_bike_ratio": 0.25, "no_ebike_ratio": 0.0, "no_dock_ratio": 0.0, "observed_ratio": 1 / 24}
    counts = {"hours": 24, "hours_in_mart": 1, "station_count": 2, "hours_with_weather": 1}
    holidays = {"is_public_holiday": False, "is_school_holiday": False}
    area = {"local_date": day, "area": "92012", "weather_providers": "open_meteo"}
    date_row = {**seconds, **means, **ratios, **counts, **holidays, **area, "open_s": 7200, "no_bike_s": 1800}
    keep(house, BikeCityDaily, day, pl.DataFrame([date_row], schema=frame_schema(BikeCityDaily)))


def csv_rows(path: Path, contract: type[Contract]) -> pl.DataFrame:
    """The rows of an exported CSV, its texts read as its metadata says."""
    texts = pl.read_csv(path, infer_schema=False)
    return texts.select(_typed(*field) for field in frame_schema(contract).items())


def _typed(column: str, dtype: pl.DataType) -> pl.Expr:
    field = pl.col(column)
    if isinstance(dtype, pl.Datetime):
        return field.str.to_datetime("%Y-%m-%dT%H:%M:%S%.3fZ", time_unit="ms").dt.replace_time_zone("UTC")
    if dtype == pl.Date:
        return field.str.to_date()
    if dtype == pl.Boolean:
        return field.replace_strict({"true": True, "false": False}, default=None, return_dtype=pl.Boolean)
    return field.cast(dtype)


def _plan(run: str) -> Any:
    return plan(None, ["code", fingerprint([], [])], [run], full_refresh=True)
