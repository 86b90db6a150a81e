"""Whether a station has a free point, asked of every second by itself, and compared with each of its powers."""

from collections import defaultdict
from datetime import timedelta

import numpy as np
import polars as pl
from hypothesis import given, settings

from belib_platform.checks.station_free_hourly import agrees_with_each_power
from belib_platform.contracts.contract import conform
from belib_platform.contracts.mart import StationFreeHourly
from belib_platform.transforms.runs import merge_runs
from belib_platform.transforms.station_free import station_free
from belib_platform_tests.examples import examples
from belib_platform_tests.transforms.polls import MIDNIGHT, POINTS, polls, runs, sighting
from belib_platform_tests.transforms.second_by_second import UNOBSERVED, states_of
from belib_platform_tests.transforms.test_availability import availability

DAY = MIDNIGHT.date()
STATION_OF = {POINTS[0]: "A", POINTS[1]: "A", POINTS[2]: "A"}
LIMIT = timedelta(minutes=15)


def free_hours(seen: pl.DataFrame) -> pl.DataFrame:
    known = [{"charge_point_id": p, "station_id": s, "power_kw": 7.0} for p, s in STATION_OF.items()]
    points = pl.DataFrame(known).with_columns(arrondissement=pl.lit(4, pl.Int8))
    made = station_free(DAY, merge_runs(seen.lazy()), points.lazy()).collect()
    return StationFreeHourly.validate(conform(StationFreeHourly, made))


def expected_hours(seen: pl.DataFrame) -> dict[tuple[int, str], tuple[int, int, int]]:
    """Seconds free, without a free one, and undetermined, by hour and station."""
    members = defaultdict(list)
    for point, states in states_of(DAY, merge_runs(seen.lazy()).collect()).items():
        members[STATION_OF[point]].append(states.reshape(24, 3600))
    found = {}
    for station, states in members.items():
        free = np.any([s == "available_s" for s in states], axis=0)
        unknown = ~free & np.any([s == UNOBSERVED for s in states], axis=0)
        for hour in range(24):
            parts = int(free[hour].sum()), int(unknown[hour].sum())
            found[hour, station] = (parts[0], 3600 - sum(parts), parts[1])
    return found


@given(polls(most=60))
@settings(max_examples=examples(30))
def test_every_second_is_free_or_not_or_nobody_knows(said: list[list[dict]]) -> None:
    seen = runs([row for poll in said for row in poll])
    made = {
        ((row["hour_at"] - MIDNIGHT) // timedelta(hours=1), row["station_id"]): (
            row["free_s"],
            row["none_free_s"],
            row["undetermined_s"],
        )
        for row in free_hours(seen).iter_rows(named=True)
    }
    assert made == expected_hours(seen)


def by_station(seen: pl.DataFrame) -> pl.DataFrame:
    """What the mart's hours, which divide a station by power, say of it."""
    hours = availability(seen)
    return hours.group_by("hour_at", "station_id").agg(
        pl.col("no_point_free_s").min().alias("at_most"), pl.len().alias("powers")
    )


@given(polls(most=40))
@settings(max_examples=examples(20))
def test_a_station_has_none_at_most_as_long_as_each_power(said: list[list[dict]]) -> None:
    seen = runs([row for poll in said for row in poll])
    hours = free_hours(seen)
    if hours.height:
        assert agrees_with_each_power(hours, by_station(seen)).passed


def test_a_planted_disagreement_is_found() -> None:
    seen = runs([sighting(POINTS[0], MIDNIGHT + n * LIMIT, "CHARGING", LIMIT) for n in range(96)])
    hours, mart = free_hours(seen), by_station(seen)
    assert hours["none_free_s"].sum() == 86_400 - LIMIT.seconds / 2, "the last poll holds for half a gap limit"
    assert agrees_with_each_power(hours, mart).passed
    shorter = hours.with_columns(none_free_s=pl.col("none_free_s") - 1, undetermined_s=pl.lit(1, pl.Int32))
    assert not agrees_with_each_power(shorter, mart).passed
    assert not agrees_with_each_power(hours.head(5), mart).passed, "an hour is missing"
    assert not agrees_with_each_power(hours, mart.head(5)).passed, "an hour too many"
