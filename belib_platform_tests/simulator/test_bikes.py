"""The truth of the bikes is whole: each change has a trip, a truck or the operator behind it, and no number is odd."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from belib_platform.simulator.bikes import Bikes
from belib_platform.simulator.errors import NotDrawnError
from belib_platform.simulator.paris import Paris
from belib_platform_tests.examples import examples

BIKES = ["mechanical", "ebike"]
EVENT = ["station_code", "at"]


@pytest.fixture(scope="module")
def paris() -> Paris:
    """A hundred bike stations for the three days around the end of winter time."""
    return Paris.draw(7, first_day=date(2025, 3, 29), days=3, stations=1, bike_stations=100)


@settings(max_examples=examples(12))
@given(
    seed=st.integers(0, 10**9),
    first_day=st.sampled_from([date(2025, 3, 30), date(2025, 10, 26), date(2025, 7, 1)]),
    bike_stations=st.integers(2, 50),
)
def test_trips_and_trucks_explain_every_change(seed: int, first_day: date, bike_stations: int) -> None:
    paris = Paris.draw(seed, first_day=first_day, days=1, stations=1, bike_stations=bike_stations)
    bikes = paris.bikes
    _assert_numbers_are_possible(bikes)
    differences = bikes.changes.with_columns(
        pl.col(BIKES) - pl.col(BIKES).shift().over("station_code", order_by="at")
    ).filter(pl.col("at") > paris.begins_at)
    seen = differences.select(*EVENT, *BIKES).filter(pl.any_horizontal(pl.col(BIKES) != 0))
    assert _sorted(seen).equals(_sorted(_moved(bikes).filter(pl.col("at") > paris.begins_at)))


def _moved(bikes: Bikes) -> pl.DataFrame:
    """Bikes that trips and trucks bring (signed) per station and second, where that is not nothing."""
    is_ebike = pl.col("is_ebike").cast(pl.Int64)
    ends = [
        bikes.trips.drop_nulls(at).select(
            pl.col(code).alias("station_code"),
            pl.col(at).alias("at"),
            (sign * (1 - is_ebike)).alias("mechanical"),
            (sign * is_ebike).alias("ebike"),
        )
        for code, at, sign in (("from_code", "departs_at", -1), ("to_code", "arrives_at", 1))
    ]
    moves = bikes.truck_moves.select(*EVENT, *BIKES)
    moved = pl.concat([*ends, moves]).group_by(EVENT).agg(pl.col(BIKES).sum())
    return moved.filter(pl.any_horizontal(pl.col(BIKES) != 0))


def _sorted(events: pl.DataFrame) -> pl.DataFrame:
    return events.select(*EVENT, pl.col(BIKES).cast(pl.Int64)).sort(EVENT)


def _assert_numbers_are_possible(bikes: Bikes) -> None:
    capacity = {station.station_code: station.capacity for station in bikes.stations}
    counts = ["mechanical", "ebike", "docks", "broken"]
    changes = bikes.changes.with_columns(capacity=pl.col("station_code").replace_strict(capacity))
    assert changes.select(pl.all_horizontal(pl.col(counts) >= 0)).to_series().all()
    assert (changes.select(pl.sum_horizontal(counts)).to_series() == changes["capacity"]).all()
    assert set(changes["station_code"]) == set(capacity)


def test_nobody_rides_to_or_from_a_closed_station(paris: Paris) -> None:
    lives = paris.bikes.changes.with_columns(
        until=pl.col("at").shift(-1).over("station_code", order_by="at").fill_null(paris.ends_at)
    )
    closed = lives.filter(~pl.col("is_renting"))
    assert closed["station_code"].n_unique() > 3
    for code, at in (("from_code", "departs_at"), ("to_code", "arrives_at")):
        ends = paris.bikes.trips.drop_nulls(at).select(pl.col(code).alias("station_code"), pl.col(at).alias("used_at"))
        used = ends.join_asof(
            closed.sort("at"), left_on="used_at", right_on="at", by="station_code", strategy="backward"
        ).filter(pl.col("used_at").is_between("at", "until", closed="none"))
        assert used.is_empty()


def test_closed_stations_are_empty_or_frozen() -> None:
    changes = Paris.draw(1, first_day=date(2025, 5, 19), days=2, stations=1, bike_stations=600).bikes.changes
    closed = changes.filter(~pl.col("is_renting"), pl.col("is_renting").any().over("station_code"))
    assert not closed["is_returning"].any()
    bikes = pl.col("mechanical") + pl.col("ebike")
    assert 10 < closed["station_code"].n_unique() < 60, "dead ones never open and are not among them"
    for kind in (bikes == 0) & (pl.col("docks") > 10), (bikes == 0) & (pl.col("docks") == 0), bikes > 0:
        assert not closed.filter(kind).is_empty()
    assert set(closed["is_installed"]) == {True, False}


def test_a_longer_simulation_continues_a_shorter_one(paris: Paris) -> None:
    longer = Paris.draw(7, first_day=paris.first_day, days=5, stations=1, bike_stations=100)
    end = paris.ends_at
    assert longer.bikes.changes.filter(pl.col("at") < end).equals(paris.bikes.changes)
    assert longer.bikes.truck_moves.filter(pl.col("at") < end).equals(paris.bikes.truck_moves)
    arrived = pl.col("arrives_at") < end
    begun = longer.bikes.trips.filter(pl.col("departs_at") < end)
    assert begun.with_columns(pl.when(arrived).then(pl.col("to_code", "arrives_at"))).equals(paris.bikes.trips)
    assert not paris.bikes.trips.filter(pl.col("arrives_at").is_null()).is_empty()
    at = end - timedelta(seconds=1)
    assert longer.bike_body(at) == paris.bike_body(at)
    assert longer.bike_outages[: len(paris.bike_outages)] == paris.bike_outages


def test_the_same_seed_draws_the_same_trips_and_another_one_others(paris: Paris) -> None:
    again, other = (
        Paris.draw(seed, first_day=paris.first_day, days=3, stations=1, bike_stations=100) for seed in (7, 8)
    )
    assert again.bikes.trips.equals(paris.bikes.trips)
    assert not other.bikes.trips.equals(paris.bikes.trips)


def test_the_state_at_a_second_is_that_of_the_newest_change(paris: Paris) -> None:
    code = paris.bike_city[0].station_code
    changes = paris.bikes.changes.filter(station_code=code).rows(named=True)
    for before, change in pairwise(changes[50:61]):
        just_before = change["at"] - timedelta(seconds=1)
        for at, row in ((change["at"], change), (just_before, before)):
            assert paris.bikes.state(code, at)._asdict() == {k: row[k] for k in paris.bikes.state(code, at)._fields}


def test_reports_say_what_was_true_and_their_stamps_run_behind(paris: Paris) -> None:
    at = paris.begins_at + timedelta(hours=30)
    made = paris.bikes.reports.newest(int(at.timestamp())).tolist()
    ages = []
    for station, second in zip(paris.bike_city, made, strict=True):
        code, reported_at = station.station_code, datetime.fromtimestamp(second, UTC)
        if reported_at >= paris.begins_at:
            assert at - reported_at < timedelta(minutes=16)
            assert paris.bikes.reported_state(code, at) == paris.bikes.state(code, reported_at)
            ages.append(at - paris.bikes.last_reported(code, at))
    assert timedelta(minutes=3) < min(ages) < max(ages) < timedelta(minutes=72)


def test_trucks_move_many_bikes_at_once_and_some_in_two_parts(paris: Paris) -> None:
    moves = paris.bikes.truck_moves.with_columns(bikes=pl.col("mechanical") + pl.col("ebike"))
    taken = (
        moves.filter(pl.col("bikes") < 0)
        .group_by("move_id")
        .agg(-pl.col("bikes").min(), pl.col("station_code").n_unique(), pl.len().alias("parts"))
    )
    assert set(taken["station_code"]) == {1}
    assert (taken["bikes"] >= 8).mean() > 0.5  # type: ignore[operator]
    assert (taken["bikes"] <= 6).any()
    assert (taken["parts"] == 2).any()
    left = moves.group_by("move_id").agg(pl.col("bikes").sum(), pl.col("at").max())
    done = left.filter(pl.col("at") < paris.ends_at - timedelta(hours=4))
    assert not done.is_empty()
    assert (done["bikes"] == 0).mean() > 0.95  # type: ignore[operator]


def test_other_instants_and_stations_are_refused(paris: Paris) -> None:
    code = paris.bike_city[0].station_code
    with pytest.raises(NotDrawnError, match="no simulated bikes"):
        paris.bikes.state(code, paris.ends_at)
    with pytest.raises(KeyError):
        paris.bikes.state("99999", paris.begins_at)
