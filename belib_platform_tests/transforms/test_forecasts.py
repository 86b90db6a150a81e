"""Forecast steps: what breaks a rule of the contract is rejected once, by name, with its evidence."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from belib_platform.contracts.clean import WeatherForecast
from belib_platform.contracts.contract import frame_schema
from belib_platform.transforms.forecasts import sift_forecasts
from belib_platform.transforms.sightings import Sifted
from belib_platform_tests.transforms.polls import MIDNIGHT


def step(hour: int, **changes: Any) -> dict[str, Any]:
    return {
        "record_index": hour,
        "available_at": MIDNIGHT,
        "provider": "open_meteo",
        "location": "paris",
        "valid_at": MIDNIGHT + timedelta(hours=hour),
        "fetched_at": MIDNIGHT,
        "issued_at": None,
        "interval_s": 3600,
        "temperature_c": 12.0,
        "page_id": "open_meteo/0",
        **changes,
    }


def sift(*steps: dict[str, Any]) -> Sifted:
    schema = {**frame_schema(WeatherForecast), "record_index": pl.UInt32, "page_id": pl.String}
    return sift_forecasts(pl.DataFrame(list(steps), schema=schema))


def broken(sifted: Sifted) -> list[tuple[int, str]]:
    return sorted(sifted.rejects.select("record_index", "rule").rows())


def test_good_steps_go_on_in_the_columns_of_their_table() -> None:
    sifted = sift(step(1), step(2))
    assert sifted.good["valid_at"].to_list() == [MIDNIGHT + timedelta(hours=h) for h in (1, 2)]
    assert sifted.good.columns == WeatherForecast.column_names()
    assert sifted.rejects.is_empty()
    assert {"rule", "record"} <= set(sifted.rejects.columns)


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("temperature_c", 60.1, "temperature_c|max"),
        ("precipitation_mm", -0.5, "precipitation_mm|min"),
        ("relative_humidity_ratio", 1.01, "relative_humidity_ratio|max"),
        ("interval_s", 0, "interval_s|min"),
        ("interval_s", None, "interval_s|nullability"),
        ("valid_at", None, "valid_at|nullability"),
    ],
)
def test_a_step_is_turned_away_by_the_rule_it_breaks(column: str, value: object, rule: str) -> None:
    sifted = sift(step(1), step(2, **{column: value}), step(3))
    assert sifted.good["valid_at"].dt.hour().to_list() == [1, 3]
    assert broken(sifted) == [(2, rule)]
    assert '"page_id":"open_meteo/0"' in sifted.rejects["record"][0]


def test_a_step_with_neither_temperature_nor_precipitation_is_no_forecast() -> None:
    told = [(None, None), (1.0, None), (None, 0.0), (1.0, 0.0)]
    sifted = sift(*(step(n, temperature_c=t, precipitation_mm=p, wind_speed_kmh=9.0) for n, (t, p) in enumerate(told)))
    assert sifted.good["valid_at"].dt.hour().to_list() == [1, 2, 3]
    assert broken(sifted) == [(0, "step_has_temperature_or_precipitation")]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_finite_number_is_turned_away(value: float) -> None:
    ((index, rule),) = broken(sift(step(1), step(2, precipitation_mm=value)))
    assert (index, rule.partition("|")[0]) == (2, "precipitation_mm")


def test_steps_that_share_a_key_are_both_turned_away_and_told_once_each() -> None:
    sifted = sift(step(1), step(2), step(3, valid_at=MIDNIGHT + timedelta(hours=2)))
    assert sifted.good["valid_at"].dt.hour().to_list() == [1]
    assert broken(sifted) == [(2, "primary_key"), (3, "primary_key")]


@pytest.mark.parametrize("days", [-40_000, -366, -32, 32, 366, 2_900_000])
def test_a_step_far_from_its_request_is_turned_away(days: int) -> None:
    far = step(3, valid_at=MIDNIGHT + timedelta(days=days) if days < 10**6 else datetime(9998, 1, 1, tzinfo=UTC))
    edges = [step(n, valid_at=MIDNIGHT + timedelta(days=n)) for n in (31, -31)]
    sifted = sift(far, *({**edge, "record_index": 0} for edge in edges), step(4, temperature_c=None))
    assert sifted.good["valid_at"].to_list() == [edge["valid_at"] for edge in edges]
    assert broken(sifted) == [(3, "step_is_near_its_request"), (4, "step_has_temperature_or_precipitation")]
    assert '"page_id":"open_meteo/0"' in sifted.rejects["record"][0]


def test_no_steps_are_no_forecast() -> None:
    sifted = sift()
    assert (sifted.good.height, sifted.rejects.height) == (0, 0)
