"""The forecast of tomorrow, against a plain reference, and against what came in a simulated city."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from belib_platform.contracts.bikes.mart import DAY_PARTS, BikeTomorrow, BikeTomorrowSkill
from belib_platform.contracts.clean import WeatherForecast
from belib_platform.contracts.contract import conform, frame_schema
from belib_platform.simulator.paris import Paris
from belib_platform.transforms.bike_tomorrow import bike_tomorrow, issued_at
from belib_platform.transforms.bike_tomorrow_skill import bike_tomorrow_skill
from belib_platform.transforms.local_calendar import PARIS
from belib_platform_tests.examples import examples
from belib_platform_tests.transforms.bike_history import forecasts_of, hours_of_network, hours_of_stations

HOUR = timedelta(hours=1)
INSTANT = pl.Datetime("ms", "UTC")
EVENINGS = [date(2025, 3, 29), date(2025, 6, 10), date(2025, 10, 25), date(2025, 11, 1), date(2026, 1, 4)]
"""The clocks change on the date after two of them, and within the 91 days before others."""

STATIONS = ("1001", "1002", "1003")
LACKING = ("no_bike", "no_dock")


def drawn_hours(day: date, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Hours of two stations, one of them hardly known, from long before an evening to after it; and of the network."""
    draw, begin = np.random.default_rng(seed), datetime.combine(day, datetime.min.time(), UTC) - timedelta(days=100)
    hours = [begin + n * HOUR for n in range(24 * 104)]
    frames = []
    for station, known in zip(STATIONS[:2], (0.9, 0.1), strict=True):
        open_s = np.where(draw.random(len(hours)) < known, draw.integers(0, 3601, len(hours)), 0)
        lacking = {f"{name}_s": (open_s * draw.random(len(hours)) ** 3).astype(int) for name in LACKING}
        frame = pl.DataFrame({"hour_at": hours, "open_s": open_s, **lacking, "unobserved_s": 3600 - open_s})
        frames.append(frame.with_columns(pl.lit(station).alias("station_code"), pl.col("hour_at").cast(INSTANT)))
    stations = pl.concat(frames)
    weather = pl.DataFrame(
        {
            "hour_at": hours,
            "temperature_c": np.repeat(draw.choice([3.0, 4.9, 5.0, 12.0], len(hours) // 24), 24),
            "precipitation_mmh": np.repeat(draw.choice([0.0, 0.1, 1.0], len(hours) // 24, p=[0.8, 0.1, 0.1]), 24),
            "weather_available_at": hours,
        },
        schema_overrides={"hour_at": INSTANT, "weather_available_at": INSTANT},
    )
    lost = draw.random(len(hours)) < draw.choice([0, 0.02])
    weather = weather.with_columns(temperature_c=pl.when(pl.Series(~lost)).then("temperature_c"))
    sums = stations.group_by("hour_at").agg(pl.col("open_s", "no_bike_s", "no_dock_s").sum())
    return stations, sums.join(weather, on="hour_at")


def forecast_rows(day: date, temperature: float, rain: float) -> pl.DataFrame:
    """The weather of the next date, known at noon, and another one that came a second too late."""
    rows = []
    for at, (warm, wet) in ((issued_at(day) - 5 * HOUR, (temperature, rain)), (later(day), (30.0, 9.0))):
        for n in range(48):
            valid = datetime.combine(day, datetime.min.time(), UTC) + (n + 1) * HOUR
            times = {"fetched_at": at, "available_at": at, "valid_at": valid, "interval_s": 3600}
            rows.append({"provider": "open_meteo", "location": "paris", "temperature_c": warm, **times})
            rows[-1]["precipitation_mm"] = wet
    return pl.DataFrame(rows, schema=frame_schema(WeatherForecast))


def later(day: date) -> datetime:
    return issued_at(day) + timedelta(seconds=1)


def forecast(
    day: date, stations: pl.DataFrame, network: pl.DataFrame, forecasts: pl.DataFrame, present: tuple[str, ...]
) -> pl.DataFrame:
    codes = pl.LazyFrame({"station_code": list(present)}, schema={"station_code": pl.String})
    made = bike_tomorrow(day, codes, stations.lazy(), network.lazy(), forecasts.lazy()).collect()
    return BikeTomorrow.validate(conform(BikeTomorrow, made))


def plain(day: date, stations: pl.DataFrame, network: pl.DataFrame, kind: tuple[int, bool]) -> dict[Any, Any]:
    """Ratios, number of dates and coverage by station and part; `kind` is the weather of all of tomorrow."""
    target = day + timedelta(days=1)
    factor = plain_factors(day, network, kind)
    cells: dict[Any, list[tuple[date, dict[str, Any]]]] = defaultdict(list)
    for row in stations.iter_rows(named=True):
        at = row["hour_at"].astimezone(PARIS)
        if at.date().weekday() == target.weekday() and 7 <= (target - at.date()).days <= 91:
            cells[row["station_code"], part_of(at.hour)].append((at.date(), row))
    found = {}
    for (station, part), rows in cells.items():
        if part is None:
            continue
        length = {p.name: p.seconds for p in DAY_PARTS}[part]
        dates = {at for at, row in rows if row["open_s"]}
        ratios: dict[str, float | None] = {}
        for name in LACKING:
            weighted = [(0.5 ** ((target - at).days / 91), row) for at, row in rows]
            lacked, opened = (sum(w * row[f"{c}_s"] for w, row in weighted) for c in (name, "open"))
            ratios[name] = min(1.0, lacked / opened * factor[part, name]) if dates else None
            ratios[f"plain {name}"] = (
                sum(row[f"{name}_s"] for _, row in rows) / sum(row["open_s"] for _, row in rows) if dates else None
            )
        observed = sum(3600 - row["unobserved_s"] for _, row in rows) / (13 * length)
        found[station, part] = (len(dates), observed, ratios)
    return found


def plain_factors(day: date, network: pl.DataFrame, kind: tuple[int, bool]) -> dict[Any, float]:
    cells: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for row in network.iter_rows(named=True):
        at = row["hour_at"].astimezone(PARIS)
        if 1 <= (day - at.date()).days <= 91 and part_of(at.hour):
            cells[at.date(), part_of(at.hour)].append(row)
    factors = {}
    for part in (p.name for p in DAY_PARTS):
        dates = {at: rows for (at, of), rows in cells.items() if of == part and sum(r["open_s"] for r in rows)}
        like = [at for at, rows in dates.items() if kind_of(rows) == kind]
        weekdays: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for at, rows in dates.items():
            weekdays[at.weekday()] += rows
        sums = {n: {c: sum(r[f"{c}_s"] for r in rows) for c in (*LACKING, "open")} for n, rows in weekdays.items()}
        for name in LACKING:
            lacked = usual = 0.0
            for at in like:
                share = sums[at.weekday()][name] / sums[at.weekday()]["open"]
                usual += share * sum(r["open_s"] for r in dates[at])
                lacked += sum(r[f"{name}_s"] for r in dates[at])
            is_known = len(like) >= 10 and usual > 0
            factors[part, name] = 1 + (lacked / usual - 1) * len(like) / (len(like) + 30) if is_known else 1.0
    return factors


def kind_of(rows: list[dict[str, Any]]) -> tuple[int, bool] | None:
    warmths = [row["temperature_c"] for row in rows]
    if None in warmths:
        return None
    warmth = sum(warmths) / len(warmths)
    return sum(warmth >= bound for bound in range(0, 31, 5)), max(r["precipitation_mmh"] for r in rows) >= 0.1


def part_of(hour: int) -> str | None:
    return next((p.name for p in DAY_PARTS if p.first_hour <= hour < p.end_hour), None)


@given(st.sampled_from(EVENINGS), st.integers(0, 10**6), st.sampled_from([3.0, 5.0, 12.0]), st.sampled_from([0.0, 0.1]))
@settings(max_examples=examples(25), deadline=None)
def test_shares_are_those_of_the_weekday_and_the_weather(day: date, seed: int, warmth: float, rain: float) -> None:
    stations, network = drawn_hours(day, seed)
    made = forecast(day, stations, network, forecast_rows(day, warmth, rain), STATIONS[:2])
    expected = plain(day, stations, network, (sum(warmth >= bound for bound in range(0, 31, 5)), rain >= 0.1))
    assert made.height == len(expected) == 8
    for row in made.iter_rows(named=True):
        dates, observed, ratios = expected[row["station_code"], row["part"]]
        assert (row["date_count"], row["temperature_c"], row["precipitation_mmh"]) == (dates, warmth, rain)
        assert row["observed_ratio"] == pytest.approx(observed)
        for name in LACKING:
            assert row[f"{name}_ratio"] == pytest.approx(ratios[name], abs=2e-6)
            assert row[f"{name}_climatology_ratio"] == pytest.approx(ratios[f"plain {name}"])


@pytest.mark.parametrize("day", EVENINGS)
def test_nothing_that_was_learned_later_changes_it(day: date) -> None:
    stations, network = drawn_hours(day, 5)
    told = forecast(day, stations, network, forecast_rows(day, 3.0, 0.0), STATIONS)
    is_before = pl.col("hour_at").dt.convert_time_zone(PARIS.key).dt.date() < day
    known = forecast_rows(day, 3.0, 0.0).filter(pl.col("available_at") <= issued_at(day))
    before = forecast(day, stations.filter(is_before), network.filter(is_before), known, STATIONS)
    assert told.equals(before)
    assert told["weather_available_at"].max() == issued_at(day) - 5 * HOUR
    shuffled = forecast(
        day, *(f.sample(fraction=1, shuffle=True, seed=3) for f in (stations, network, known)), STATIONS
    )
    assert told.equals(shuffled)


def test_a_station_without_such_a_weekday_has_rows_and_no_shares() -> None:
    [day, *_] = EVENINGS
    stations, network = drawn_hours(day, 5)
    made = forecast(day, stations, network, forecast_rows(day, 3.0, 0.0), (STATIONS[2],))
    assert made["part"].to_list() == [part.name for part in DAY_PARTS]
    assert made["date_count"].to_list() == [0] * 4
    assert made["no_bike_ratio"].null_count() == 4
    assert made["observed_ratio"].sum() == 0


def test_without_a_forecast_of_the_weather_the_weekday_is_all_there_is() -> None:
    [day, *_] = EVENINGS
    stations, network = drawn_hours(day, 5)
    none = pl.DataFrame(schema=frame_schema(WeatherForecast))
    made = forecast(day, stations, network, none, STATIONS[:1])
    assert not made["is_weather_used"].any()
    assert made.select("temperature_c", "precipitation_mmh", "weather_available_at").null_count().row(0) == (4, 4, 4)
    dry = network.with_columns(temperature_c=pl.lit(3.0), precipitation_mmh=pl.lit(0.0))
    alike = forecast(day, stations, dry, forecast_rows(day, 3.0, 0.0), STATIONS[:1])
    assert alike["weather_date_count"].to_list() == [91] * 4
    assert alike["is_weather_used"].all()
    for name in LACKING:
        assert alike[f"{name}_ratio"].to_list() == pytest.approx(made[f"{name}_ratio"].to_list(), abs=1e-6)


def test_in_a_simulated_city_it_beats_last_week_and_is_as_good_as_the_mean_of_the_weekday() -> None:
    """Habits of the simulated city never change, so the mean of the weekday is hard to beat there."""
    days = 7 * 6
    paris = Paris.draw(4, first_day=date(2025, 4, 1), days=days, stations=2, bike_stations=100)
    stations, forecasts = hours_of_stations(paris), forecasts_of(paris)
    network = hours_of_network(paris, stations, forecasts)
    codes = tuple(station.station_code for station in paris.bike_city)
    skills = []
    for day in [paris.first_day + timedelta(days=n) for n in range(days - 8, days - 1)]:
        told = forecast(day, stations, network, forecasts, codes)
        skill = bike_tomorrow_skill(day + timedelta(days=1), told.lazy(), stations.lazy())
        skills.append(BikeTomorrowSkill.validate(conform(BikeTomorrowSkill, skill)))
    found = pl.concat(skills)
    assert found.height == 7 * len(DAY_PARTS) * 2
    errors = found.select(pl.col("^.*_error$").mean()).row(0, named=True)
    assert errors["squared_error"] < 0.85 * errors["last_week_squared_error"], errors
    assert errors["squared_error"] < 1.02 * errors["climatology_squared_error"], errors
