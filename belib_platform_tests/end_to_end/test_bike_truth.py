"""The hours of bike stations against what really happened at simulated ones, over many seeds.

What polling can know is worked out from the instants of the polls, as for charge points (see `test_truth`); over that
time the seconds and the sums of bikes and docks are held against the truth. Stations report some minutes late, so what
a day's polls say of one of them is a little behind; over many seeds that is no bias. What moved is a lower bound, and
trucks are found by how much they move at once.
"""

import math
import statistics
from datetime import date, datetime, timedelta
from functools import cache

import polars as pl
import pytest

from belib_platform.contracts.clean import WeatherForecast
from belib_platform.simulator.paris import Paris
from belib_platform.transforms.bike_hours import bike_availability
from belib_platform.transforms.bike_moves import OPEN, TRUCKLOAD
from belib_platform_tests.end_to_end.bike_polls import INSTANT, runs_seen, sound_polls
from belib_platform_tests.end_to_end.knowable import knowable

pytestmark = pytest.mark.slow

SEEDS = range(1, 31)
FIRST_DAY = date(2025, 9, 1)
DAY = timedelta(days=1)
STATIONS = 20
BIKES = pl.col("mechanical").cast(pl.Int64) + pl.col("ebike")
SUMS = ("bike_s", "ebike_s", "dock_s")
SECONDS = ("open_s", "closed_s", "not_reporting_s", "unobserved_s", "no_bike_s", "no_ebike_s", "no_dock_s")


def test_no_second_and_no_mean_is_biased() -> None:
    errors: dict[str, list[float]] = {column: [] for column in (*SECONDS, *SUMS)}
    for seed in SEEDS:
        paris, day, polls, runs = observed(seed, STATIONS, timedelta(minutes=10))
        measured, truth = sums_of(hours(paris, day, runs)), true_sums(paris, polls, timedelta(minutes=30))
        for column, found in errors.items():
            found.append(measured[column] - truth[column])
    assert {column for column, found in errors.items() if not is_unbiased(found)} == set()


def test_bikes_that_left_are_at_most_trips_and_what_trucks_took_and_trucks_are_found() -> None:
    found = moved = false = events = 0
    for seed in (1, 2):
        paris, day, polls, runs = observed(seed, 300, timedelta(minutes=5))
        by_truck = paris.bikes.truck_moves.with_columns(BIKES.alias("bikes"))
        begins_at = paris.begins_at + DAY
        trips = paris.bikes.trips.filter(pl.col("departs_at") >= begins_at - timedelta(hours=1)).height
        small = by_truck.filter(pl.col("bikes").is_between(1 - TRUCKLOAD, -1))["bikes"].sum()
        taken = hours(paris, day, runs)["out_lower"].sum()
        assert 0.3 * trips < taken <= trips - small
        jumps = jumps_seen(runs)
        large = seen_at_once(by_truck.filter(pl.col("at") >= begins_at), polls)
        moved, events = moved + large.height, events + jumps.height
        found += matching(large, jumps).height
        false += (
            jumps.height - jumps.join(matched_jumps(by_truck, jumps), on=["station_code", "seen_at"], how="semi").height
        )
    assert moved > 100
    assert found / moved >= 0.9
    assert 1 - false / events >= 0.9


@cache
def observed(seed: int, stations: int, cadence: timedelta) -> tuple[Paris, date, list[datetime], pl.DataFrame]:
    day = FIRST_DAY + timedelta(days=seed % 7)
    paris = Paris.draw(seed, first_day=day - DAY, days=2, stations=1, bike_stations=stations)
    polls = sound_polls(paris, paris.begins_at + DAY + timedelta(seconds=94 * seed % cadence.seconds), cadence)
    return paris, day, polls, runs_seen(paris, polls, cadence)


def hours(paris: Paris, day: date, runs: pl.DataFrame) -> pl.DataFrame:
    unplaced = pl.lit(None, pl.String).alias("insee_code"), pl.lit(None, pl.Int8).alias("arrondissement")
    stations = pl.DataFrame({"station_code": [s.station_code for s in paris.bikes.stations]}).with_columns(
        *unplaced, capacity=pl.lit(30, pl.Int16)
    )
    return bike_availability(day, 24, runs.lazy(), stations.lazy(), WeatherForecast.create_empty().lazy()).collect()


def sums_of(found: pl.DataFrame) -> dict[str, float]:
    held = (
        (pl.col(f"{count}_mean") * pl.col("open_s")).sum().alias(f"{count}_s") for count in ("bike", "ebike", "dock")
    )
    return found.select(pl.col(SECONDS).sum(), *held).row(0, named=True)


def true_sums(paris: Paris, polls: list[datetime], gap_limit: timedelta) -> dict[str, float]:
    spans = list(knowable(polls, gap_limit))
    known = pl.DataFrame(spans, schema={"from": INSTANT, "to": INSTANT}, orient="row")
    noon = paris.begins_at + 1.5 * DAY
    silent = [
        s.station_code for s in paris.bikes.stations if noon - paris.bikes.last_reported(s.station_code, noon) > DAY
    ]
    seconds = (pl.min_horizontal("until", "to") - pl.max_horizontal("at", "from")).dt.total_milliseconds() / 1000
    s = pl.col("s")
    is_open = pl.all_horizontal(OPEN)
    lacking = {"no_bike_s": BIKES, "no_ebike_s": pl.col("ebike"), "no_dock_s": pl.col("docks")}
    held = {"bike_s": BIKES, "ebike_s": pl.col("ebike"), "dock_s": pl.col("docks")}
    truth = (
        paris.bikes.changes.with_columns(
            pl.col("at").shift(-1).over("station_code").fill_null(paris.ends_at).alias("until"),
            (~pl.col("station_code").is_in(silent)).alias("is_reporting"),
        )
        .join(known, how="cross")
        .with_columns(seconds.clip(0).alias("s"))
        .select(
            s.filter(is_open).sum().alias("open_s"),
            s.filter(pl.col("is_reporting") & ~is_open).sum().alias("closed_s"),
            s.filter(~pl.col("is_reporting")).sum().alias("not_reporting_s"),
            *(s.filter(is_open & (count == 0)).sum().alias(name) for name, count in lacking.items()),
            *((s * count).filter(is_open).sum().alias(name) for name, count in held.items()),
        )
        .row(0, named=True)
    )
    known_s = sum((end - start).total_seconds() for start, end in spans)
    return truth | {"unobserved_s": (DAY.total_seconds() - known_s) * len(paris.bikes.stations)}


def is_unbiased(errors: list[float]) -> bool:
    """Whether the mean lies within three standard errors of zero."""
    return abs(statistics.mean(errors)) <= 3 * statistics.stdev(errors) / math.sqrt(len(errors))


LATE = timedelta(minutes=30)
"""How long after a truck's move the change may be seen: stations report late."""


def jumps_seen(runs: pl.DataFrame) -> pl.DataFrame:
    """Changes of TRUCKLOAD and more between two polls of an open station."""
    is_open = pl.all_horizontal(OPEN)
    changes = runs.sort("station_code", "first_seen_at").select(
        "station_code",
        pl.col("first_seen_at").alias("seen_at"),
        pl.col("last_seen_at").shift().over("station_code").alias("before"),
        BIKES.diff().over("station_code").alias("change"),
        (is_open & is_open.shift() & (pl.col("first_seen_at") <= pl.col("holds_until").shift()))
        .over("station_code")
        .alias("is_compared"),
    )
    return changes.filter("is_compared", pl.col("change").abs() >= TRUCKLOAD)


def seen_at_once(moves: pl.DataFrame, polls: list[datetime]) -> pl.DataFrame:
    """The moves of TRUCKLOAD and more after which the feed was polled as usual."""
    asked = pl.Series("polled_at", polls, INSTANT).to_frame().sort("polled_at")
    followed = moves.filter(pl.col("bikes").abs() >= TRUCKLOAD).sort("at")
    followed = followed.join_asof(asked, left_on="at", right_on="polled_at", strategy="forward")
    return followed.filter(pl.col("polled_at") - pl.col("at") <= timedelta(minutes=6))


def matching(moves: pl.DataFrame, jumps: pl.DataFrame) -> pl.DataFrame:
    """The moves that are seen as a jump."""
    pairs = moves.join(jumps, on="station_code").filter(
        pl.col("seen_at") >= pl.col("at"), pl.col("before") <= pl.col("at") + LATE
    )
    return moves.join(pairs, on=["move_id", "station_code", "at"], how="semi")


def matched_jumps(moves: pl.DataFrame, jumps: pl.DataFrame) -> pl.DataFrame:
    """The jumps behind which is a truck, whatever else happened meanwhile."""
    pairs = jumps.join(moves, on="station_code").filter(
        pl.col("at") <= pl.col("seen_at"), pl.col("at") >= pl.col("before") - LATE
    )
    return pairs.select("station_code", "seen_at").unique()
