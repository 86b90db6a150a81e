"""The rule of time, against an oracle that asks it of every second, and at its edges."""

from datetime import date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings

from belib_platform.contracts.clean import WeatherForecast
from belib_platform.contracts.contract import conform
from belib_platform.contracts.mart import SECONDS, StationAvailabilityHourly
from belib_platform.transforms.availability import station_availability
from belib_platform.transforms.runs import merge_runs
from belib_platform_tests.examples import examples
from belib_platform_tests.transforms.polls import MIDNIGHT, POINTS, polls, runs, sighting
from belib_platform_tests.transforms.second_by_second import hours_of

DAY = MIDNIGHT.date()
LIMIT = timedelta(minutes=15)
GROUP_OF = {POINTS[0]: ("A", 7.0), POINTS[1]: ("A", 7.0), POINTS[2]: ("A", 0.0)}
A, B, _ = POINTS


def availability(seen: pl.DataFrame, day: date = DAY, closed_hours: int = 24) -> pl.DataFrame:
    known = [{"charge_point_id": p, "station_id": s, "power_kw": kw or None} for p, (s, kw) in GROUP_OF.items()]
    points = pl.DataFrame(known).with_columns(arrondissement=pl.lit(4, pl.Int8))
    folded = merge_runs(seen.lazy())
    no_weather = WeatherForecast.create_empty().lazy()
    rows = station_availability(day, closed_hours, folded, points.lazy(), no_weather).collect()
    return StationAvailabilityHourly.validate(conform(StationAvailabilityHourly, rows))


def seconds(frame: pl.DataFrame) -> dict[str, int]:
    return {column: frame[column].sum() for column in SECONDS if frame[column].sum()}


def seen_at(at: datetime, status: str = "AVAILABLE", point: str = A) -> dict:
    return sighting(point, at, status, LIMIT)


@given(polls(most=60))
@settings(max_examples=examples(30))
def test_every_second_counts_for_what_the_rule_says(said: list[list[dict]]) -> None:
    seen = runs([row for poll in said for row in poll])
    expected = hours_of(DAY, merge_runs(seen.lazy()).collect(), GROUP_OF)
    found = {
        ((row["hour_at"] - MIDNIGHT) // timedelta(hours=1), row["station_id"], row["power_kw"]): row
        for row in availability(seen).iter_rows(named=True)
    }
    assert found.keys() == expected.keys()
    for cell, numbers in expected.items():
        assert {column: found[cell][column] for column in numbers} == numbers


def test_a_hole_longer_than_the_gap_limit_is_nobodys_time() -> None:
    noon = MIDNIGHT + timedelta(hours=12)
    bridged = availability(runs([seen_at(noon), seen_at(noon + LIMIT)]))
    assert seconds(bridged)["available_s"] == (LIMIT + LIMIT / 2).total_seconds()
    torn = availability(runs([seen_at(noon), seen_at(noon + LIMIT + timedelta(seconds=1))]))
    assert seconds(torn)["available_s"] == 2 * (LIMIT / 2).total_seconds()


@pytest.mark.parametrize(("first_s", "observed_s"), [(0, 450), (450, 900), (451, 450)])
def test_a_days_first_run_reaches_back_to_midnight_within_half_a_gap_limit(first_s: int, observed_s: int) -> None:
    frame = availability(runs([seen_at(MIDNIGHT + timedelta(seconds=first_s))]))
    assert seconds(frame)["available_s"] == observed_s


def test_only_a_days_first_run_reaches_back_to_midnight() -> None:
    seen = runs([seen_at(MIDNIGHT + timedelta(seconds=s), w) for s, w in ((60, "AVAILABLE"), (120, "CHARGING"))])
    assert seconds(availability(seen)) == {"available_s": 120, "charging_s": 450, "unobserved_s": 86_400 - 570}


def test_the_last_run_ends_with_its_utc_day() -> None:
    frame = availability(runs([seen_at(MIDNIGHT + timedelta(hours=23, minutes=59, milliseconds=500))]))
    assert seconds(frame) == {"available_s": 60, "unobserved_s": 86_400 - 60}


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_days_on_which_paris_changes_its_clocks_have_24_hours(day: date) -> None:
    shift = timedelta(days=(day - DAY).days)
    every_five_minutes = [seen_at(MIDNIGHT + shift + timedelta(minutes=m)) for m in range(0, 1440, 5)]
    frame = availability(runs(every_five_minutes), day)
    assert frame["hour_at"].to_list() == [MIDNIGHT + shift + timedelta(hours=h) for h in range(24)]
    assert seconds(frame) == {"available_s": 86_400}


def test_points_of_unknown_power_stand_apart_under_zero() -> None:
    frame = availability(runs([seen_at(MIDNIGHT, point=p) for p in POINTS]))
    counts = frame.filter(pl.col("hour_at") == MIDNIGHT).select("power_kw", "point_count").rows()
    assert counts == [(0.0, 1), (7.0, 2)]


def test_a_second_counts_as_without_a_free_point_only_when_every_point_was_observed() -> None:
    noon = MIDNIGHT + timedelta(hours=12)
    busy = [seen_at(noon + timedelta(minutes=m), "CHARGING") for m in range(0, 60, 5)]
    unknown_then_lost = [seen_at(noon + timedelta(minutes=m), "UNKNOWN", B) for m in (0, 5, 10)]
    frame = availability(runs(busy + unknown_then_lost)).filter(pl.col("hour_at") == noon)
    assert frame["no_point_free_s"].to_list() == [600 + 450]
    with_a_free_one = availability(runs([*busy, seen_at(noon, "AVAILABLE", B)]))
    assert with_a_free_one.filter(pl.col("hour_at") == noon)["no_point_free_s"].to_list() == [0]


def test_only_closed_hours_have_rows() -> None:
    seen = runs([seen_at(MIDNIGHT + timedelta(minutes=m)) for m in range(0, 180, 5)])
    assert availability(seen, closed_hours=2).equals(availability(seen).head(2))
    assert availability(seen, closed_hours=0).is_empty()


def test_a_day_without_sightings_has_no_rows() -> None:
    assert availability(runs([])).is_empty()
