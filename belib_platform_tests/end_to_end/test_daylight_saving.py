"""The UTC days on which Paris changes its clocks, end to end: 24 hours each, no second twice, none lost."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl
import pytest

from belib_platform.contracts.clean import ChargePointStatus, WeatherForecast
from belib_platform.contracts.mart import SECONDS, StationAvailabilityHourly
from belib_platform.local.urls import Urls
from belib_platform.repair.rebuild import rebuild_days
from belib_platform.simulator.paris import Paris
from belib_platform_tests.end_to_end.platform import Platform, new_platform
from belib_platform_tests.simulator.truth import true_seconds_by_hour

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Changed:
    """A day of changed clocks, what really happened on it, and what the platform makes of it."""

    day: date
    paris: Paris
    platform: Platform

    @property
    def hours(self) -> pl.DataFrame:
        return self.platform.rows(StationAvailabilityHourly, self.day)


@pytest.fixture(scope="module", params=[date(2025, 3, 30), date(2025, 10, 26)], ids=["spring", "autumn"])
def changed(request: pytest.FixtureRequest, stores: Urls) -> Iterator[Changed]:
    """A small Paris without outages around the change, at 01:00 UTC, polled for six hours."""
    paris = Paris.draw(21, first_day=request.param, days=1, stations=8)
    paris.outages.clear()
    with new_platform(stores) as platform:
        platform.import_past(paris, last=paris.begins_at + timedelta(hours=6))
        rebuild_days(platform.instance, [request.param])
        yield Changed(request.param, paris, platform)


def by_hour(rows: pl.DataFrame) -> pl.DataFrame:
    """The city's point-seconds by hour: stations and powers differ where the static set lacks a point."""
    columns = [column for column in ("point_count", *SECONDS) if column in rows.columns]
    return rows.group_by("hour_at").agg(pl.col(columns).cast(pl.Int64).sum()).sort("hour_at")


def test_such_a_day_has_24_hours_that_add_up(changed: Changed) -> None:
    hours = by_hour(changed.hours)
    assert hours["hour_at"].to_list() == [changed.paris.begins_at + timedelta(hours=n) for n in range(24)]
    assert (hours.select(pl.sum_horizontal(SECONDS)).to_series() == hours["point_count"] * 3600).all()
    unobserved = hours["unobserved_s"] / hours["point_count"]
    assert (unobserved[:5] == 0).all()
    assert (unobserved[7:] == 3600).all()


def test_each_hour_around_the_change_is_what_really_happened(changed: Changed) -> None:
    first, last = changed.paris.begins_at, changed.paris.begins_at + timedelta(hours=5)
    truth = by_hour(true_seconds_by_hour(changed.paris, first, last))
    measured = by_hour(changed.hours.filter(pl.col("hour_at") < last))
    assert measured.select("hour_at", "point_count").equals(truth.select("hour_at", "point_count"))
    # a change is known to within one cadence, and few points change within an hour
    tolerance = 0.01 * truth["point_count"] * 3600
    for column in SECONDS[:-1]:
        assert ((measured[column] - truth[column]).abs() <= tolerance).all(), column


def test_the_operators_stamps_keep_their_own_offset(changed: Changed) -> None:
    stamps = changed.platform.rows(ChargePointStatus, changed.day).drop_nulls("source_updated_at")
    assert stamps.height > 0
    assert (stamps["source_updated_at"] <= stamps["last_seen_at"]).all()
    newest = stamps.filter(pl.col("source_updated_at") >= changed.paris.begins_at)
    assert newest.filter(pl.col("source_updated_at").dt.hour() < 1).height > 0
    assert newest.filter(pl.col("source_updated_at").dt.hour() >= 1).height > 0


def test_every_hour_has_the_newest_forecast_known_when_it_began(changed: Changed) -> None:
    asked = changed.platform.rows(WeatherForecast)["available_at"].unique().sort().to_list()
    hours = changed.hours.unique("hour_at").sort("hour_at")
    for hour_at, available_at, valid_at in hours.select(
        "hour_at", "weather_available_at", "weather_valid_at"
    ).iter_rows():
        known = [at for at in asked if at <= hour_at]
        assert available_at == (known[-1] if known else None)
        assert valid_at == (hour_at + timedelta(hours=1) if known else None)


def test_the_day_before_and_the_day_after_have_no_rows_of_it(changed: Changed) -> None:
    for day in (changed.day - timedelta(days=1), changed.day + timedelta(days=1)):
        assert changed.platform.rows(ChargePointStatus, day).is_empty()
    assert {at.date() for at in changed.hours["hour_at"]} == {changed.day}
