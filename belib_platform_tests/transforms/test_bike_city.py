"""The day of all bike stations against the hours it is made of, whatever the clocks do."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from belib_platform.contracts.bikes.mart import BIKE_SECONDS, LACKING, BikeCityDaily
from belib_platform.contracts.contract import conform
from belib_platform.transforms.bike_city import MEANS, SUMMED, bike_city_day
from belib_platform.transforms.bike_moves import MOVED
from belib_platform_tests.examples import examples
from belib_platform_tests.transforms.bike_hours import hour, mart, wet_or_dry
from belib_platform_tests.transforms.paris_dates import HOURS, SUMMER, hours_around, is_on, midnight


def dates(day: date, rows: list[dict[str, Any]]) -> pl.DataFrame:
    return BikeCityDaily.validate(conform(BikeCityDaily, bike_city_day(day, mart(rows).lazy()).collect()))


@st.composite
def hours(draw: st.DrawFn, day: date) -> list[dict[str, Any]]:
    """Some hours of some stations in and around a date, with any numbers."""
    rows = []
    for station in range(draw(st.integers(1, 4))):
        area = draw(st.sampled_from([None, "75116", "75116", "92012"]))
        for at in draw(st.lists(st.sampled_from(hours_around(day)), unique=True, max_size=48)):
            cuts = sorted(draw(st.lists(st.integers(0, 3600), min_size=3, max_size=3)))
            ends = zip([0, *cuts], [*cuts, 3600], strict=True)
            split = dict(zip(BIKE_SECONDS, (b - a for a, b in ends), strict=True))
            open_s = split["open_s"]
            lacking = {column: draw(st.integers(0, open_s)) for column in LACKING}
            moved = {column: draw(st.integers(0, 90)) for column in MOVED}
            held = {mean: draw(st.integers(0, 60 * open_s)) / open_s if open_s else None for mean in MEANS}
            rows.append(hour(at, str(1001 + station), insee_code=area, **split, **lacking, **moved, **held))
    return rows


@pytest.mark.parametrize("day", HOURS)
@given(data=st.data())
@settings(max_examples=examples(40))
def test_hours_of_the_same_local_day_add_up_by_area(day: date, data: st.DataObject) -> None:
    rows = data.draw(hours(day))
    of_areas: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if is_on(day, row["hour_at"]):
            of_areas[row["insee_code"] or "unknown"].append(row)
    made = {row["area"]: row for row in dates(day, rows).iter_rows(named=True)}
    assert made.keys() == of_areas.keys()
    for area, row in made.items():
        mine = of_areas[area]
        sums = {column: sum(r[column] for r in mine) for column in SUMMED}
        assert {column: row[column] for column in SUMMED} == sums
        assert (row["local_date"], row["hours"]) == (day, HOURS[day])
        assert row["hours_in_mart"] == len({r["hour_at"] for r in mine})
        for mean in MEANS:
            held = sum((r[mean] or 0) * r["open_s"] for r in mine)
            assert row[mean] == (pytest.approx(held / sums["open_s"]) if sums["open_s"] else None)
        for lacking in LACKING:
            expected = sums[lacking] / sums["open_s"] if sums["open_s"] else None
            assert row[lacking.replace("_s", "_ratio")] == expected


@pytest.mark.parametrize("day", HOURS)
def test_a_day_watched_without_a_hole_has_all_its_hours(day: date) -> None:
    [row] = dates(day, [hour(at, s) for at in hours_around(day) for s in ("1001", "1002")]).iter_rows(named=True)
    assert (row["hours"], row["hours_in_mart"], row["station_count"]) == (HOURS[day], HOURS[day], 2)
    assert row["open_s"] == 2 * HOURS[day] * 3600
    assert (row["observed_ratio"], row["bike_mean"], row["dock_mean"]) == (1, 2, 8)


def test_stations_that_came_later_make_the_hours_before_unobserved() -> None:
    rows = [hour(midnight(SUMMER)), *(hour(midnight(SUMMER) + timedelta(hours=1), s) for s in ("1001", "1002"))]
    [row] = dates(SUMMER, rows).iter_rows(named=True)
    assert (row["station_count"], row["hours_in_mart"]) == (2, 2)
    assert row["observed_ratio"] == 3 / (2 * 24)


def test_a_mean_is_over_open_time() -> None:
    short = {"open_s": 900, "closed_s": 2700, "bike_mean": 10.0}
    rows = [hour(midnight(SUMMER), **short), hour(midnight(SUMMER), "1001", bike_mean=0.0, no_bike_s=3600)]
    [row] = dates(SUMMER, rows).iter_rows(named=True)
    assert row["bike_mean"] == 9000 / 4500
    assert row["no_bike_ratio"] == 3600 / 4500


def test_weather_and_holidays_are_those_of_the_date() -> None:
    at = midnight(SUMMER)
    rows = [hour(at, s, **wet_or_dry(at, 0.5)) for s in ("1001", "1002")]
    [row] = dates(SUMMER, [*rows, hour(at + timedelta(hours=1))]).iter_rows(named=True)
    assert (row["hours_with_weather"], row["weather_providers"]) == (1, "open_meteo")
    assert (row["temperature_c"], row["precipitation_mm"]) == (20.0, 0.5)
    assert (row["is_public_holiday"], row["is_school_holiday"]) == (True, True)


def test_the_order_of_the_rows_changes_no_bit() -> None:
    rows = []
    for number, at in enumerate(hours_around(SUMMER)):
        split = {"open_s": 3600 - number, "closed_s": number, "bike_mean": number / (3600 - number)}
        rows += [hour(at, str(1001 + s), insee_code=str(75101 + s % 20), **split) for s in range(40)]
    frame = mart(rows)
    made = bike_city_day(SUMMER, frame.lazy()).collect()
    for seed in range(5):
        assert bike_city_day(SUMMER, frame.sample(fraction=1, shuffle=True, seed=seed).lazy()).collect().equals(made)
