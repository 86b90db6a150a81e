"""A planted effect of the weather is found with its size, and where there is none, none is seen."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from belib_platform.contracts.contract import conform
from belib_platform.contracts.mart import WeatherEffect
from belib_platform.transforms.bootstrap import DRAWS, LEAST_UNITS
from belib_platform.transforms.weather_effect import PARTS, _mean_with_interval, weather_effect

FIRST = datetime(2026, 1, 5, tzinfo=UTC)
BUSY_S = 1_000_000


def hours(seed: int, *, days: int = 91, effect: float = 0.0) -> pl.DataFrame:
    """Hours of two arrondissements: a daily rhythm, days that are busy or not as a whole, and a planted effect of rain.

    A day's hours share an error, as real ones do; it rains on every third day or so.
    """
    draw = np.random.default_rng(seed)
    of_day, is_wet = draw.normal(0, 0.03, days), draw.random(days) < 0.3
    rows = []
    for n in range(days * 24):
        day, hour = divmod(n, 24)
        base = 0.4 + 0.2 * np.sin(2 * np.pi * hour / 24) + of_day[day] + effect * is_wet[day]
        for arrondissement in (4, 11):
            charging_s = round(BUSY_S * float(np.clip(base + draw.normal(0, 0.02), 0, 1)))
            rows.append(
                (FIRST + timedelta(hours=n), arrondissement, BUSY_S - charging_s, charging_s, 8.0, 1.0 * is_wet[day])
            )
    columns = ["hour_at", "arrondissement", "available_s", "charging_s", "temperature_c", "precipitation_mmh"]
    return pl.DataFrame(rows, schema=columns, orient="row", schema_overrides={"hour_at": pl.Datetime("ms", "UTC")})


def effects(rows: pl.DataFrame) -> pl.DataFrame:
    dated = weather_effect(rows.lazy()).with_columns(first_date=FIRST.date(), last_date=FIRST.date())
    return WeatherEffect.validate(conform(WeatherEffect, dated))


def rain(rows: pl.DataFrame, area: str = "all") -> dict[int, dict]:
    wanted = (pl.col("area") == area) & (pl.col("variable") == "precipitation_mmh")
    return {row["bin"]: row for row in effects(rows).filter(wanted).to_dicts()}


def test_a_planted_effect_is_found_with_its_size() -> None:
    for area in ("all", "4", "11"):
        found = rain(hours(1, effect=0.1), area)
        contrast = found[2]["occupancy_difference"] - found[0]["occupancy_difference"]
        assert contrast == pytest.approx(0.1, abs=0.025)
        assert found[0]["difference_high"] < 0 < found[2]["difference_low"]


def test_where_there_is_none_the_interval_includes_zero_as_often_as_it_says() -> None:
    without = [rain(hours(seed))[2] for seed in range(60)]
    seen = sum(row["difference_low"] > 0 or row["difference_high"] < 0 for row in without)
    assert seen <= 8, "5 % of 60 are expected"


def test_intervals_of_few_dates_are_wide_enough() -> None:
    draw, missed = np.random.default_rng(1), 0
    for _ in range(400):
        dates = pl.DataFrame({"difference": (draw.normal(0, 1, 10) * PARTS).astype(int), "hour_count": [1] * 10})
        made = _mean_with_interval(dates)
        missed += not made["difference_low"] <= 0 <= made["difference_high"]
    assert missed <= 36, "5 % of 400 are 20; 36 are more than three standard errors above"


def test_growth_is_no_effect_of_the_season() -> None:
    """Occupancy grows while it gets warmer, and neither has to do with the other."""
    rows = hours(7).with_columns(
        temperature_c=pl.int_range(pl.len()) * 25.0 / pl.len(),
        charging_s=(pl.col("charging_s") * (0.8 + 0.3 * pl.int_range(pl.len()) / pl.len())).cast(pl.Int64),
    )
    warm = effects(rows).filter(pl.col("area") == "all", pl.col("variable") == "temperature_c")
    inner = warm.filter(pl.col("lower").is_between(1, 19))
    assert inner.height >= 3
    assert inner["occupancy_difference"].abs().max() < 0.02


def test_every_hour_with_another_date_is_in_one_bin() -> None:
    made = effects(hours(2))
    for variable in ("temperature_c", "precipitation_mmh"):
        rows = made.filter(pl.col("area") == "all", pl.col("variable") == variable)
        assert rows["hour_count"].sum() == 91 * 24
    bounds = made.filter(pl.col("variable") == "temperature_c").select("bin", "lower", "upper").unique().rows()
    assert bounds == [(2, 5.0, 10.0)]


def test_one_week_has_no_other_date_to_compare_with() -> None:
    assert effects(hours(3, days=7)).is_empty()


def test_few_dates_give_no_interval() -> None:
    made = effects(hours(4, days=14)).filter(pl.col("area") == "all")
    few = made.filter(pl.col("date_count") < LEAST_UNITS)
    assert few["difference_low"].null_count() == few.height
    assert made.filter(pl.col("date_count") >= LEAST_UNITS)["difference_low"].null_count() == 0


def test_equal_rows_give_equal_bounds() -> None:
    rows = hours(5, days=30)
    assert DRAWS > 1
    assert effects(rows).equals(effects(rows.sample(fraction=1, shuffle=True, seed=7)))


def test_hours_without_weather_or_use_are_left_out() -> None:
    rows = hours(6, days=28)
    unknown = rows.with_columns(precipitation_mmh=pl.lit(None, pl.Float64), temperature_c=pl.lit(None, pl.Float64))
    assert effects(unknown).is_empty()
    unused = rows.with_columns(available_s=pl.lit(0), charging_s=pl.lit(0))
    assert effects(unused).is_empty()
