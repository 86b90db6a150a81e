"""Whether a station has a free point, asked of every second by itself."""

from collections import defaultdict
from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings

from belib_platform.contracts.contract import conform
from belib_platform.contracts.mart import StationFreeHourly
from belib_platform.transforms.runs import merge_runs
from belib_platform.transforms.station_free import USED, station_free
from belib_platform_tests.examples import examples
from belib_platform_tests.transforms.polls import MIDNIGHT, POINTS, polls, runs, sighting
from belib_platform_tests.transforms.second_by_second import UNOBSERVED, states_of

DAY = MIDNIGHT.date()
STATION_OF = {POINTS[0]: "A", POINTS[1]: "A", POINTS[2]: "A"}
LIMIT, STEP = timedelta(minutes=15), timedelta(minutes=5)


def free_hours(seen: pl.DataFrame) -> pl.DataFrame:
    known = [{"charge_point_id": p, "station_id": s, "power_kw": 7.0} for p, s in STATION_OF.items()]
    points = pl.DataFrame(known).with_columns(arrondissement=pl.lit(4, pl.Int8))
    made = station_free(DAY, merge_runs(seen.lazy()), points.lazy()).collect()
    return StationFreeHourly.validate(conform(StationFreeHourly, made))


def expected_hours(seen: pl.DataFrame) -> dict[tuple[int, str], tuple[int, int, int]]:
    """Seconds free, without a free one, and undetermined, by hour and station."""
    merged = merge_runs(seen.lazy()).collect()
    used = set(merged.filter(pl.col("status").is_in(USED))["charge_point_id"])
    members, found = defaultdict(list), {}
    for point, states in states_of(DAY, merged).items():
        found |= {(hour, STATION_OF[point]): (0, 0, 3600) for hour in range(24)}
        if point in used:
            members[STATION_OF[point]].append(states.reshape(24, 3600))
    for station, states in members.items():
        unknown = np.any([(s == UNOBSERVED) | (s == "unknown_s") for s in states], axis=0)
        free = ~unknown & np.any([s == "available_s" for s in states], axis=0)
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


def test_a_lost_point_makes_a_station_undetermined_and_not_free() -> None:
    """One point is free every other hour; the other, busy, is lost after two hours: half of the known time is free."""
    both = [
        sighting(POINTS[0], MIDNIGHT + n * STEP, "AVAILABLE" if n // 12 % 2 else "CHARGING", LIMIT) for n in range(288)
    ]
    lost = [sighting(POINTS[1], MIDNIGHT + n * STEP, "CHARGING", LIMIT) for n in range(24)]
    made = free_hours(runs([*both, *lost]))
    assert made["free_s"].sum() == 3600
    assert made["none_free_s"].sum() == 3600 + (LIMIT / 2 - STEP).seconds
    assert made["undetermined_s"].tail(21).to_list() == [3600] * 21


@pytest.mark.parametrize("status", ["UNKNOWN", "PLANNED", "INOPERATIVE", "REMOVED"])
def test_a_point_that_is_not_in_use_all_day_is_left_out(status: str) -> None:
    out = [sighting(POINTS[1], MIDNIGHT + n * STEP, status, LIMIT) for n in range(288)]
    assert free_hours(runs(out))["undetermined_s"].to_list() == [3600] * 24, "nothing is known of such a station"
    busy = [sighting(POINTS[0], MIDNIGHT + n * STEP, "CHARGING", LIMIT) for n in range(288)]
    assert free_hours(runs([*out, *busy]))["none_free_s"].head(23).to_list() == [3600] * 23
