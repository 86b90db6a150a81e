"""The rhythm of the week: every hour counts once, under its local hour and its weather."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from belib_platform.transforms.periods import periods
from belib_platform.transforms.rhythm import CHARGING_STATION_HOURS, rhythm
from belib_platform.transforms.station_hours import whole_stations, without_gaps

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)


def hour(at: datetime, *, free_s: int = 3600, undetermined_s: int = 0, **values: Any) -> dict[str, Any]:
    """A station with one point that is free or charging while it is observed."""
    none_free_s = 3600 - free_s - undetermined_s
    return {
        "hour_at": at,
        "station_id": "A",
        "arrondissement": 4,
        "precipitation_mmh": 0.0,
        "point_count": 1,
        "free_s": free_s,
        "none_free_s": none_free_s,
        "undetermined_s": undetermined_s,
        "available_s": free_s,
        "charging_s": none_free_s,
        "observed_s": 3600 - undetermined_s,
        "point_s": 3600,
    } | values


def week_of(hours: list[dict[str, Any]]) -> pl.DataFrame:
    return rhythm(frame(hours), CHARGING_STATION_HOURS).collect()


def frame(hours: list[dict[str, Any]]) -> pl.LazyFrame:
    types = {"hour_at": pl.Datetime("ms", "UTC"), "precipitation_mmh": pl.Float64}
    return pl.DataFrame(hours, schema_overrides=types).lazy()


def test_hours_are_local() -> None:
    week = week_of([hour(MONDAY + timedelta(hours=n)) for n in range(7 * 24)])
    assert week.height == 168
    first = week_of([hour(MONDAY)])
    assert first.select("weekday", "hour").row(0) == (1, 1), "one o'clock in Paris in winter"
    summer = week_of([hour(datetime(2026, 7, 5, 22, tzinfo=UTC))])
    assert summer.select("weekday", "hour").row(0) == (1, 0)


@pytest.mark.parametrize(
    ("rate", "weather"), [(0.0, "dry"), (0.09, "dry"), (0.1, "wet"), (3.0, "wet"), (None, "unknown")]
)
def test_the_weather_is_by_what_a_gauge_measures(rate: float | None, weather: str) -> None:
    assert week_of([hour(MONDAY, precipitation_mmh=rate)])["weather"].to_list() == [weather]


def test_dates_count_only_where_something_is_known_of_them() -> None:
    weeks = [MONDAY + timedelta(weeks=n) for n in range(4)]
    [row] = week_of([*map(hour, weeks[:3]), hour(weeks[3], free_s=0, undetermined_s=3600)]).to_dicts()
    assert (row["date_count"], row["free_s"], row["undetermined_s"]) == (3, 3 * 3600, 3600)
    assert row["determined_s2"] == 3 * 3600**2


def test_an_hour_that_exists_twice_is_of_one_date() -> None:
    twice = [datetime(2025, 10, 26, at, tzinfo=UTC) for at in (0, 1)]
    [row] = week_of([hour(at) for at in twice]).to_dicts()
    assert (row["weekday"], row["hour"], row["date_count"], row["free_s"]) == (7, 2, 1, 7200)


def test_an_hour_that_is_once_wet_is_wet() -> None:
    twice = [hour(datetime(2025, 10, 26, at, tzinfo=UTC), precipitation_mmh=float(at)) for at in (0, 1)]
    [row] = week_of(twice).to_dicts()
    assert (row["weather"], row["date_count"]) == ("wet", 1)


def test_hours_without_rows_are_undetermined_from_a_stations_first_day_on() -> None:
    seen = [hour(MONDAY + timedelta(hours=5)), hour(MONDAY + timedelta(days=2), station_id="B", point_count=4)]
    last = (MONDAY + timedelta(days=3)).date()
    made = without_gaps(frame(seen), last).collect()
    assert made.group_by("station_id").len().sort("station_id").rows() == [("A", 96), ("B", 48)]
    assert made["free_s"].sum() == 7200
    assert made["undetermined_s"].sum() == (96 + 48 - 2) * 3600
    assert made.filter(pl.col("station_id") == "B")["point_count"].to_list() == [4] * 48
    assert made.filter(pl.col("station_id") == "A").head(5)["point_count"].to_list() == [None] * 5


def test_no_second_is_lost() -> None:
    hours = [
        hour(MONDAY + timedelta(hours=n), free_s=n % 3600, precipitation_mmh=[0.0, 1.0, None][n % 3], station_id=s)
        for n in range(500)
        for s in "AB"
    ]
    week = week_of(hours)
    for column in CHARGING_STATION_HOURS.summed:
        assert week[column].sum() == sum(row[column] for row in hours)


def saturated(*numbers: int, station: str = "A") -> list[dict[str, Any]]:
    """Twelve hours of which those of these numbers have no free point at any moment."""
    return [
        hour(MONDAY + timedelta(hours=n), free_s=0 if n in numbers else 1, station_id=station) | _seconds()
        for n in range(12)
    ]


def _seconds() -> dict[str, int]:
    return dict.fromkeys(("reserved_s", "out_of_order_s", "unknown_s", "not_in_service_s", "unobserved_s"), 0)


@pytest.mark.parametrize(
    ("numbers", "longest"), [((), 0), ((3,), 1), ((1, 2, 3, 7, 8), 3), ((0, 1, 10, 11), 2), (tuple(range(12)), 12)]
)
def test_the_longest_stretch_is_of_adjacent_hours(numbers: tuple[int, ...], longest: int) -> None:
    made = periods(frame(saturated(*numbers)), {7: MONDAY.date()}).collect()
    assert made["longest_none_free_hours"].to_list() == [longest]


def test_a_stretch_does_not_run_from_one_station_into_the_next() -> None:
    both = [*saturated(10, 11), *saturated(0, 1, 2, station="B")]
    made = periods(frame(both), {7: MONDAY.date()}).collect()
    assert made["longest_none_free_hours"].to_list() == [2, 3]


def test_a_period_has_the_hours_of_its_days() -> None:
    hours = [hour(MONDAY + timedelta(hours=n)) | _seconds() for n in range(96)]
    made = periods(frame(hours), {1: (MONDAY + timedelta(days=3)).date(), 4: MONDAY.date()}).collect()
    assert made.select("days", "date_count", "free_s").rows() == [(1, 1, 24 * 3600), (4, 4, 96 * 3600)]


@given(st.lists(st.sampled_from("ABCDE"), max_size=30), st.integers(1, 8), st.integers(1, 12))
def test_stations_are_never_divided(stations: list[str], batch: int, at_least: int) -> None:
    schema = {"station_id": pl.String, "n": pl.Int64}
    rows = pl.DataFrame({"station_id": sorted(stations), "n": range(len(stations))}, schema=schema)
    batches = [rows.clear(), *(rows.slice(n, batch) for n in range(0, rows.height, batch))]
    made = list(whole_stations(batches, at_least, "station_id"))
    assert pl.concat(made).equals(rows)
    seen = [set(frame["station_id"]) for frame in made]
    assert sum(map(len, seen)) == len(set(stations))
