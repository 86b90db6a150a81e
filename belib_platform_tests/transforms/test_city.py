"""The city's day against the hours it is made of: no second lost, none twice, whatever the clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from belib_platform.contracts.contract import conform
from belib_platform.contracts.mart import SECONDS, CityDaily, StationAvailabilityHourly
from belib_platform.transforms.city import city_day
from belib_platform_tests.examples import examples
from belib_platform_tests.transforms.paris_dates import HOURS, SUMMER, hours_around, is_on, midnight


def hour(at: datetime, **values: Any) -> dict[str, Any]:
    """A row of the mart: one station's only point, free for the whole hour, no weather known."""
    nothing = dict.fromkeys(StationAvailabilityHourly.column_names())
    seconds = {**dict.fromkeys(SECONDS, 0), "available_s": 3600, "no_point_free_s": 0}
    row = {"hour_at": at, "station_id": "A", "power_kw": 7.0, "arrondissement": 4, "point_count": 1}
    return nothing | row | seconds | values


def mart(rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema = {column: spec.dtype for column, spec in StationAvailabilityHourly.columns().items()}
    return StationAvailabilityHourly.validate(pl.DataFrame(rows, schema=schema))


def city(day: date, rows: list[dict[str, Any]]) -> pl.DataFrame:
    return CityDaily.validate(conform(CityDaily, city_day(day, mart(rows).lazy()).collect()))


@st.composite
def hours(draw: st.DrawFn, day: date) -> list[dict[str, Any]]:
    """Some hours of some stations in and around a date, their seconds split among the states at will."""
    rows = []
    for station in range(draw(st.integers(1, 4))):
        area, points = draw(st.sampled_from([None, 1, 1, 20])), draw(st.integers(1, 300))
        for at in draw(st.lists(st.sampled_from(hours_around(day)), unique=True, max_size=48)):
            cuts = sorted(draw(st.lists(st.integers(0, points * 3600), min_size=6, max_size=6)))
            ends = zip([0, *cuts], [*cuts, points * 3600], strict=True)
            split = dict(zip(SECONDS, (b - a for a, b in ends), strict=True))
            where = {"station_id": str(station), "arrondissement": area, "point_count": points}
            rows.append(hour(at, **where, **split, no_point_free_s=draw(st.integers(0, 3600))))
    return rows


@pytest.mark.parametrize("day", HOURS)
@given(data=st.data())
@settings(max_examples=examples(40))
def test_seconds_add_up_to_those_of_the_same_local_day(day: date, data: st.DataObject) -> None:
    rows = data.draw(hours(day))
    of_day = [row for row in rows if is_on(day, row["hour_at"])]
    made = city(day, rows)
    for column in SECONDS:
        assert made[column].cast(pl.Int64).sum() == sum(row[column] for row in of_day)
    assert set(made["arrondissement"]) == {row["arrondissement"] or 0 for row in of_day}
    assert set(made["hours"]) <= {HOURS[day]}


@pytest.mark.parametrize("day", HOURS)
def test_a_day_watched_without_a_hole_has_all_its_hours(day: date) -> None:
    [row] = city(day, [hour(at) for at in hours_around(day)]).iter_rows(named=True)
    assert (row["local_date"], row["hours"], row["hours_in_mart"]) == (day, HOURS[day], HOURS[day])
    assert row["available_s"] == HOURS[day] * 3600
    assert row["observed_ratio"] == row["available_ratio"] == 1
    assert row["occupancy_ratio"] == 0


@pytest.mark.parametrize("day", HOURS)
def test_three_dates_in_a_row_share_no_hour_and_lose_none(day: date) -> None:
    days = [day + timedelta(days=n) for n in (-1, 0, 1)]
    first = datetime.combine(days[0] - timedelta(days=1), time(), UTC)
    rows = [hour(first + timedelta(hours=n)) for n in range(96)]
    made = pl.concat([city(d, rows) for d in days])
    begins, ends = midnight(days[0]), midnight(days[-1] + timedelta(days=1))
    assert made["available_s"].sum() == (ends - begins).total_seconds()


def test_uptime_is_a_range_and_points_not_in_service_are_in_neither_bound() -> None:
    split = {"available_s": 1800, "charging_s": 600, "reserved_s": 300, "out_of_order_s": 500, "unknown_s": 400}
    rest = {"not_in_service_s": 3600, "unobserved_s": 0}
    [row] = city(SUMMER, [hour(midnight(SUMMER), point_count=2, **split, **rest)]).iter_rows(named=True)
    assert row["uptime_lower_ratio"] == 2700 / 3600
    assert row["uptime_upper_ratio"] == 3100 / 3600
    assert row["occupancy_ratio"] == 600 / 2400
    assert row["available_ratio"] == 1800 / 7200


def test_what_nobody_watched_is_null_and_not_a_number() -> None:
    [row] = city(SUMMER, [hour(midnight(SUMMER), available_s=0, unobserved_s=3600)]).iter_rows(named=True)
    ratios = ("occupancy_ratio", "available_ratio", "uptime_lower_ratio", "uptime_upper_ratio")
    assert [row[column] for column in ratios] == [None] * 4
    assert row["observed_ratio"] == 0


def test_hours_that_are_not_in_the_mart_count_as_not_observed() -> None:
    [row] = city(SUMMER, [hour(midnight(SUMMER) + timedelta(hours=n)) for n in range(2)]).iter_rows(named=True)
    assert row["hours_in_mart"] == 2
    assert row["observed_ratio"] == pytest.approx(2 / 24)


def test_points_are_the_most_of_any_hour_over_all_stations_of_an_arrondissement() -> None:
    begin, end = midnight(SUMMER), midnight(SUMMER + timedelta(days=1)) - timedelta(hours=1)
    more = {"point_count": 3, "available_s": 3 * 3600}
    rows = [hour(begin), hour(begin, station_id="B", **more), hour(begin, power_kw=22.0, **more), hour(end, **more)]
    assert city(SUMMER, rows)["point_count"].to_list() == [7]


def test_stations_of_no_known_arrondissement_have_key_0() -> None:
    rows = [hour(midnight(SUMMER), arrondissement=None), hour(midnight(SUMMER), station_id="B")]
    assert city(SUMMER, rows)["arrondissement"].to_list() == [0, 4]


def test_weather_is_that_of_the_hours_in_which_it_was_known_whatever_the_number_of_stations() -> None:
    begin = midnight(SUMMER)
    known = {"weather_valid_at": begin, "weather_available_at": begin - timedelta(hours=1)}
    warm = {**known, "weather_provider": "open_meteo", "temperature_c": 20.0, "precipitation_mmh": 0.5}
    cold = {**known, "weather_provider": "infoclimat", "temperature_c": 10.0, "precipitation_mmh": None}
    rows = [hour(begin, station_id=s, **warm) for s in "ABC"]
    rows += [hour(begin + timedelta(hours=1), **cold), hour(begin + timedelta(hours=2), arrondissement=5)]
    for row in city(SUMMER, rows).iter_rows(named=True):
        assert (row["hours_with_weather"], row["weather_providers"]) == (2, "infoclimat open_meteo")
        assert (row["temperature_c"], row["precipitation_mm"]) == (15.0, 0.5)
    [dry] = city(SUMMER, [hour(begin)]).iter_rows(named=True)
    assert [dry[c] for c in ("weather_providers", "temperature_c", "precipitation_mm")] == [None] * 3
    assert dry["hours_with_weather"] == 0


def test_no_hours_no_row() -> None:
    assert city(SUMMER, []).is_empty()
    assert city(SUMMER, [hour(midnight(SUMMER) - timedelta(hours=1))]).is_empty()


def test_the_share_without_a_free_point_is_over_stations_and_hours() -> None:
    rows = [hour(midnight(SUMMER), no_point_free_s=3600), hour(midnight(SUMMER), station_id="B", no_point_free_s=0)]
    assert city(SUMMER, rows)["no_point_free_ratio"].to_list() == [0.5]


def test_the_order_of_the_rows_changes_no_bit() -> None:
    rows = []
    for n, at in enumerate(hours_around(SUMMER)):
        known = {"weather_provider": "open_meteo", "weather_valid_at": at, "weather_available_at": at}
        weather = {**known, "temperature_c": 20 + n / 7, "precipitation_mmh": n / 3}
        rows += [hour(at, station_id=str(s), arrondissement=1 + s % 20, **weather) for s in range(40)]
    frame = mart(rows)
    made = city_day(SUMMER, frame.lazy()).collect()
    for seed in range(5):
        assert city_day(SUMMER, frame.sample(fraction=1, shuffle=True, seed=seed).lazy()).collect().equals(made)
