from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from belib_platform.simulator.paris import Paris
from belib_platform_tests.examples import examples
from belib_platform_tests.simulator.truth import charge_points, true_seconds_by_hour, true_statuses

SECONDS = ["available_s", "charging_s", "reserved_s", "out_of_order_s", "unknown_s", "not_in_service_s"]


@settings(max_examples=examples(15))
@given(
    seed=st.integers(0, 10**9),
    first_day=st.sampled_from([date(2025, 3, 30), date(2025, 10, 26), date(2026, 1, 1)]),
    stations=st.integers(1, 6),
)
def test_stretches_tile_every_points_time(seed: int, first_day: date, stations: int) -> None:
    paris = Paris.draw(seed, first_day=first_day, days=2, stations=stations)
    stretches = true_statuses(paris, paris.begins_at, paris.ends_at).sort("charge_point_id", "starts_at")
    for (_,), life in stretches.group_by("charge_point_id"):
        assert life["starts_at"][0] == paris.begins_at
        assert life["ends_at"][-1] == paris.ends_at
        assert life["starts_at"][1:].to_list() == life["ends_at"][:-1].to_list()
        assert (life["starts_at"] < life["ends_at"]).all()
        assert not (life["status"] == life["status"].shift()).any()
    assert stretches["charge_point_id"].n_unique() == len(paris.live)


def test_same_seed_same_truth_and_more_days_only_add(paris: Paris) -> None:
    longer = Paris.draw(paris.seed, first_day=paris.first_day, days=5, stations=12)
    window = (paris.begins_at, paris.ends_at)
    assert true_statuses(paris, *window).equals(true_statuses(longer, *window))
    assert longer.outages[: len(paris.outages)] == paris.outages
    assert longer.sky.weather(*window).equals(paris.sky.weather(*window))
    at = paris.begins_at + timedelta(hours=30)
    assert longer.realtime_body(at) == paris.realtime_body(at)
    assert longer.forecast_body(at) == paris.forecast_body(at)


def test_shares_are_near_the_reference(full_paris: Paris) -> None:
    shares = (
        true_statuses(full_paris, full_paris.begins_at, full_paris.ends_at)
        .group_by("status")
        .agg(seconds=(pl.col("ends_at") - pl.col("starts_at")).sum().dt.total_seconds())
        .with_columns(pl.col("seconds") / pl.col("seconds").sum())
    )
    share = dict(zip(shares["status"], shares["seconds"], strict=True))
    reference = {"AVAILABLE": 0.61, "CHARGING": 0.33, "UNKNOWN": 0.04, "OUTOFORDER": 0.02}
    assert share == pytest.approx(reference | {"PLANNED": 0.005}, abs=0.02)


def test_occupancy_follows_local_hour_and_weekday_over_the_switch(full_paris: Paris) -> None:
    local = pl.col("hour_at").dt.convert_time_zone("Europe/Paris")
    occupancy = (
        true_seconds_by_hour(full_paris, full_paris.begins_at, full_paris.ends_at)
        .group_by(is_weekend=local.dt.weekday() > 5, hour=local.dt.hour())
        .agg(pl.col("charging_s").sum() / (pl.col("charging_s") + pl.col("available_s")).sum())
    )
    found = {(w, h): o for w, h, o in occupancy.iter_rows()}
    reference = {(False, 10): 0.35, (False, 17): 0.34, (True, 10): 0.25, (True, 17): 0.35}
    assert {key: found[key] for key in reference} == pytest.approx(reference, abs=0.02)


def test_change_is_slow(full_paris: Paris) -> None:
    at = datetime(2025, 3, 5, 10, tzinfo=UTC)
    before, after = (
        true_statuses(full_paris, a, a + timedelta(seconds=1))["status"] for a in (at, at + timedelta(minutes=15))
    )
    assert 0.015 < (before != after).mean() < 0.06  # type: ignore[operator]


def test_seconds_by_hour_add_up(paris: Paris) -> None:
    first, last = paris.begins_at + timedelta(hours=3), paris.begins_at + timedelta(hours=30)
    hours = true_seconds_by_hour(paris, first, last)
    assert (hours.select(pl.sum_horizontal(SECONDS)).to_series() == hours["point_count"] * 3600).all()
    assert hours["point_count"].sum() == 27 * len(paris.live)
    assert hours["hour_at"].min() == first


@pytest.mark.parametrize("day", [date(2025, 3, 30), date(2025, 10, 26)])
def test_a_switch_day_has_all_its_hours(day: date) -> None:
    paris = Paris.draw(1, first_day=day, days=1, stations=2)
    assert true_seconds_by_hour(paris, paris.begins_at, paris.ends_at)["hour_at"].n_unique() == 24


def test_whole_stations_lose_contact_together(full_paris: Paris) -> None:
    lost = (
        true_statuses(full_paris, full_paris.begins_at, full_paris.ends_at)
        .filter(pl.col("status") == "UNKNOWN")
        .join(charge_points(full_paris), on="charge_point_id")
        .group_by("station_id", "ends_at")
        .len()
    )
    assert lost.filter(pl.col("len") >= 4).height > 100


def test_no_day_is_refused() -> None:
    with pytest.raises(ValueError, match="days should be"):
        Paris.draw(1, first_day=date(2025, 1, 1), days=0)
