"""Demand: the real shares of stations that change, tides of homes and offices, and the planted effects of weather."""

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from belib_platform.simulator.bike_demand import (
    BEST_C,
    RAIN_FACTOR,
    RAIN_MM,
    RISE_PER_C,
    weather_factor,
    weather_factors,
)
from belib_platform.simulator.paris import Paris

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def full() -> Paris:
    """All bike stations on a mild Thursday without rain."""
    paris = Paris.draw(24, first_day=date(2025, 5, 22), days=1, stations=1, bike_stations=1470)
    weather = paris.sky.weather(paris.begins_at + HOUR, paris.ends_at + HOUR)
    assert all(0.85 < factor < 1.2 for factor in weather_factors(weather))
    return paris


def test_as_many_stations_change_as_in_reality(full: Paris) -> None:
    in_15 = np.array(list(_changed(full, timedelta(minutes=15))))
    in_5 = np.array(list(_changed(full, timedelta(minutes=5))))
    assert in_15.mean() == pytest.approx(0.61, abs=0.02)
    assert in_15[92:].mean() == pytest.approx(0.31, abs=0.03), "from 1 h to 2 h in Paris"
    assert in_15[52:56].mean() == pytest.approx(0.79, abs=0.03), "from 15 h to 16 h in Paris"
    assert in_5[96:240].mean() == pytest.approx(0.32, abs=0.04), "from 10 h to 22 h in Paris"


def _changed(paris: Paris, step: timedelta) -> Iterator[float]:
    """The share of stations whose published counts changed, poll by poll."""
    before = None
    for at in (paris.begins_at + n * step for n in range(timedelta(days=1) // step)):
        counts = np.stack(paris.bikes.reported(int(at.timestamp()))[:4])
        if before is not None:
            yield float((counts != before).any(axis=0).mean())
        before = counts


def test_stamps_are_as_old_as_the_real_ones(full: Paris) -> None:
    second = int((full.begins_at + timedelta(hours=12)).timestamp())
    ages = (second - full.bikes.reports.stamps(second)) / 60
    assert 30 < np.median(ages) < 40
    dead = ages > 24 * 60
    assert 0.005 < dead.mean() < 0.02
    assert ages[~dead].max() < 75
    assert ages.max() > 3 * 365 * 24 * 60


def test_some_docks_are_broken_and_few_stations_are_empty_or_full(full: Paris) -> None:
    changes = full.bikes.changes.group_by("station_code").agg(pl.all().sort_by("at").last())
    in_use = changes.filter("is_renting")
    assert 0.25 < (in_use["broken"] > 0).mean() < 0.45  # type: ignore[operator]
    assert 0.01 < (in_use["docks"] == 0).mean() < 0.08  # type: ignore[operator]
    assert 0.01 < (in_use["mechanical"] + in_use["ebike"] == 0).mean() < 0.12  # type: ignore[operator]


def test_homes_empty_in_the_morning_and_offices_fill(full: Paris) -> None:
    bikes = full.bikes.changes.select("station_code", "at", bikes=pl.col("mechanical") + pl.col("ebike")).sort("at")
    tide = pl.DataFrame({"station_code": s.station_code, "tide": s.tide} for s in full.bike_city)
    filled = {}
    for hour in (4, 9, 18):
        then = bikes.filter(pl.col("at") <= full.begins_at + hour * HOUR).group_by("station_code").last()
        by_tide = then.join(tide, on="station_code").group_by("tide").agg(pl.col("bikes").mean())
        filled[hour] = dict(by_tide.iter_rows())
    assert filled[9][-1] < filled[4][-1] - 2
    assert filled[9][1] > filled[4][1] + 2
    assert filled[18][1] < filled[9][1]


@pytest.fixture(scope="module")
def hours() -> pl.DataFrame:
    """Trips of five small cities in six weeks by hour, with the weather and the local hour of the week."""
    frames = []
    for seed in range(5):
        paris = Paris.draw(seed, first_day=date(2025, 4, 7), days=42, stations=1, bike_stations=40)
        trips = paris.bikes.trips.group_by(hour_at=pl.col("departs_at").dt.truncate("1h")).len("trips")
        weather = paris.sky.weather(paris.begins_at + HOUR, paris.ends_at + HOUR)
        frames.append(
            weather.select(
                (pl.col("valid_at") - HOUR).alias("hour_at"),
                (pl.col("precipitation_mm") >= RAIN_MM).alias("is_wet"),
                "temperature_c",
                pl.lit(seed).alias("seed"),
            ).join(trips, on="hour_at", how="left")
        )
    local = pl.col("hour_at").dt.convert_time_zone("Europe/Paris")
    return pl.concat(frames).with_columns(
        pl.col("trips").fill_null(0), week_hour=local.dt.weekday().cast(pl.Int32) * 24 + local.dt.hour()
    )


def test_rain_lets_trips_fall_by_the_planted_factor(hours: pl.DataFrame) -> None:
    warmth = (RISE_PER_C * pl.col("temperature_c")).exp()
    by_hour = hours.group_by("seed", "week_hour").agg(
        wet=(pl.col("trips") / warmth).filter("is_wet").sum(),
        wet_count=pl.col("is_wet").sum(),
        dry_mean=(pl.col("trips") / warmth).filter(~pl.col("is_wet")).mean(),
    )
    both = by_hour.drop_nulls("dry_mean").filter(pl.col("wet_count") > 0)
    assert both["wet_count"].sum() > 300
    ratio = float(both["wet"].sum()) / float(both["wet_count"].dot(both["dry_mean"]) or 0)
    assert ratio == pytest.approx(RAIN_FACTOR, abs=0.04)


def test_warmth_lets_trips_grow_by_the_planted_rate(hours: pl.DataFrame) -> None:
    group = ("seed", "week_hour")
    dry = hours.filter(~pl.col("is_wet")).with_columns(
        warmer=pl.col("temperature_c") - pl.col("temperature_c").mean().over(group),
        more=pl.col("trips") / pl.col("trips").mean().over(group) - 1,
        weight=pl.col("trips").mean().over(group),
    )
    slope = float((dry["weight"] * dry["warmer"]).dot(dry["more"]) or 0) / float(
        (dry["weight"] * dry["warmer"]).dot(dry["warmer"]) or 0
    )
    assert slope == pytest.approx(RISE_PER_C, abs=0.008)


def test_demand_is_highest_at_the_best_temperature() -> None:
    at_best = weather_factor(BEST_C, 0.0)
    assert at_best > weather_factor(BEST_C - 3, 0.0)
    assert at_best > weather_factor(BEST_C + 3, 0.0)
    assert weather_factor(20.0, RAIN_MM) == pytest.approx(RAIN_FACTOR * weather_factor(20.0, 0.0))
