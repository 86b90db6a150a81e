"""The view says what was learned last about each hour."""

import random
from datetime import datetime, timedelta
from typing import Any

import polars as pl
import pytest

from belib_platform.contracts.clean import WeatherForecast
from belib_platform.contracts.contract import conform, frame_schema
from belib_platform.contracts.mart import WeatherLastKnown
from belib_platform.warehouse.partition import write_partitions
from belib_platform.warehouse.warehouse import Table, Warehouse
from belib_platform_tests.warehouse.daily_windows import DAY, midnight, partition

HOUR = timedelta(hours=1)


def forecasts(seed: int, count: int = 300) -> pl.DataFrame:
    """Forecasts that overlap, tie, and speak of half an hour, one hour or three; those of one answer never overlap."""
    rng = random.Random(seed)
    rows = {}
    for _ in range(count):
        fetched_at = midnight(DAY) + timedelta(minutes=30 * rng.randrange(6))
        interval_s = rng.choice([1800, 3600, 10_800])
        row = {
            "fetched_at": fetched_at,
            "available_at": fetched_at + timedelta(seconds=1),
            "provider": rng.choice(["open_meteo", "infoclimat", "zephyr"]),
            "location": rng.choice(["paris", "lyon"]),
            "valid_at": midnight(DAY) + timedelta(seconds=interval_s * rng.randrange(86_400 // interval_s)),
            "interval_s": interval_s,
            "temperature_c": rng.choice([None, float(len(rows))]),
            "precipitation_mm": rng.choice([None, float(len(rows))]),
        }
        rows[tuple(row[key] for key in WeatherForecast.primary_key())] = row
    frame = pl.DataFrame(list(rows.values()), infer_schema_length=None)
    absent = [pl.lit(None).alias(c) for c in frame_schema(WeatherForecast) if c not in frame.columns]
    return conform(WeatherForecast, frame.with_columns(absent))


def hours_of(row: dict[str, Any]) -> list[datetime]:
    """Hours that an interval covers, counted from its start."""
    start = row["valid_at"] - timedelta(seconds=row["interval_s"])
    return [start + n * HOUR for n in range(row["interval_s"] // 3600)]


def last_known(rows: pl.DataFrame) -> dict[tuple[str, datetime], dict[str, Any]]:
    """The answer, hour by hour, row by row."""
    best: dict[tuple[str, datetime], dict[str, Any]] = {}
    for row in rows.iter_rows(named=True):
        for hour in hours_of(row) if _values(row) else []:
            held = best.get((row["location"], hour))
            if held is None or _rank(row) > _rank(held) or (_rank(row) == _rank(held) and _earlier_name(row, held)):
                best[row["location"], hour] = row
    return best


def _rank(row: dict[str, Any]) -> tuple[bool, datetime, int]:
    return _values(row) == 2, row["available_at"], -row["interval_s"]


def _values(row: dict[str, Any]) -> int:
    return (row["temperature_c"] is not None) + (row["precipitation_mm"] is not None)


def _earlier_name(row: dict[str, Any], held: dict[str, Any]) -> bool:
    return bool(row["provider"] < held["provider"])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_it_equals_a_search_through_all_forecasts(warehouse: Warehouse, seed: int) -> None:
    rows = forecasts(seed)
    write_partitions(warehouse, WeatherForecast, [partition(Table(warehouse, WeatherForecast), DAY, rows)], "run")
    found = warehouse.read(WeatherLastKnown)
    expected = last_known(rows)
    held = {(row["location"], row["hour_at"]): row for row in found.iter_rows(named=True)}
    assert held.keys() == expected.keys()
    assert len(held) == found.height > 40
    for key, row in held.items():
        same = {column: expected[key][column] for column in row if column != "hour_at"}
        assert {column: value for column, value in row.items() if column != "hour_at"} == same
