"""The rhythm of bike stations: what differs from that of charge points, which has the rules of weeks and weather."""

from datetime import UTC, datetime, timedelta

import polars as pl

from belib_platform.contracts.bikes.mart import BikeRhythm
from belib_platform.contracts.contract import conform
from belib_platform.transforms.bike_rhythm import bike_rhythm
from belib_platform_tests.transforms.bike_hours import hour, mart, wet_or_dry

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
WEEKS = [MONDAY + timedelta(weeks=n) for n in range(4)]


def week_of(rows: list[dict]) -> pl.DataFrame:
    dates = (pl.lit(MONDAY.date()).alias(column) for column in ("first_date", "last_date"))
    made = bike_rhythm(mart(rows).lazy()).with_columns(dates).collect()
    return BikeRhythm.validate(conform(BikeRhythm, made))


def test_means_and_lacks_are_over_open_time() -> None:
    half = {"open_s": 1800, "closed_s": 1800, "bike_mean": 5.0, "no_dock_s": 900}
    closed = {"open_s": 0, "closed_s": 3600, **dict.fromkeys(("bike_mean", "ebike_mean", "dock_mean"))}
    [row] = week_of([hour(WEEKS[0]), hour(WEEKS[1], **half), hour(WEEKS[2], **closed)]).iter_rows(named=True)
    assert (row["weekday"], row["hour"], row["weather"], row["insee_code"]) == (1, 1, "unknown", "75116")
    assert (row["open_s"], row["no_dock_s"], row["date_count"]) == (5400, 900, 2)
    assert row["bike_mean"] == (2 * 3600 + 5 * 1800) / 5400
    assert row["dock_mean"] == 8
    assert row["open_s"] ** 2 / row["open_s2"] == 1.8, "one whole hour and a half one are less than two dates"


def test_a_station_that_was_never_open_has_no_means() -> None:
    closed = {"open_s": 0, "not_reporting_s": 3600, **dict.fromkeys(("bike_mean", "ebike_mean", "dock_mean"))}
    [row] = week_of([hour(MONDAY, **closed)]).iter_rows(named=True)
    assert (row["date_count"], row["open_s2"], row["bike_mean"], row["dock_mean"]) == (0, 0, None, None)


def test_wet_and_dry_hours_of_each_station_are_apart_and_none_is_lost() -> None:
    rows = [
        hour(at, station, **wet_or_dry(at, rain), no_bike_s=number)
        for number, (at, rain) in enumerate(zip(WEEKS, (0.0, 0.2, 0.0, 0.3), strict=True))
        for station in ("1001", "1002")
    ]
    made = week_of(rows).select("station_code", "weather", "date_count", "open_s", "no_bike_s")
    assert made.rows() == [
        (station, *numbers) for station in ("1001", "1002") for numbers in (("dry", 2, 7200, 2), ("wet", 2, 7200, 4))
    ]
