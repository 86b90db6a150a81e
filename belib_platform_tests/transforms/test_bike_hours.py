"""Hours of bike stations, against an oracle that asks every second and every pair of polls by itself."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings

from belib_platform.contracts.bikes.clean import BikeStation
from belib_platform.contracts.bikes.mart import BikeAvailabilityHourly
from belib_platform.contracts.clean import WeatherForecast
from belib_platform.contracts.contract import conform, frame_schema
from belib_platform.transforms.bike_hours import bike_availability
from belib_platform_tests.examples import examples
from belib_platform_tests.transforms.bike_runs import FLAGS, STATIONS, bike_run, bike_runs, drawn_bike_runs
from belib_platform_tests.transforms.polls import MIDNIGHT
from belib_platform_tests.transforms.second_by_second import NOBODY, Held, held_by

DAY = MIDNIGHT.date()
HOUR = timedelta(hours=1)
STATION = STATIONS[0]
NUMBERS = [
    column
    for column in frame_schema(BikeAvailabilityHourly)
    if column.endswith(("_mean", "_lower", "_out", "_in")) or (column.endswith("_s") and column != "interval_s")
]


def hours(
    runs: pl.DataFrame,
    closed_hours: int = 24,
    stations: Sequence[dict[str, Any]] = (),
    forecasts: Sequence[dict[str, Any]] = (),
) -> pl.DataFrame:
    known = pl.LazyFrame(stations, schema=frame_schema(BikeStation))
    weather = pl.LazyFrame(forecasts, schema=frame_schema(WeatherForecast))
    made = bike_availability(DAY, closed_hours, runs.lazy(), known, weather).collect()
    return BikeAvailabilityHourly.validate(conform(BikeAvailabilityHourly, made))


def expected(runs: pl.DataFrame) -> dict[tuple[int, str], dict[str, float | None]]:
    """Numbers by hour and station."""
    found = {}
    for station, held in held_by(DAY, runs, "station_code").items():
        moved = movements(held.runs)
        found |= {(hour, station): {**of_seconds(held, hour), **moved[hour]} for hour in range(24)}
    return found


def of_seconds(held: Held, hour: int) -> dict[str, float | None]:
    seconds: Counter[str] = Counter()
    for number, s in zip(*np.unique_counts(held.numbers.reshape(24, 3600)[hour]), strict=True):
        if number == NOBODY:
            seconds["unobserved_s"] += s
            continue
        run = held.runs[number]
        if not run["is_reporting"]:
            seconds["not_reporting_s"] += s
        elif not (run["is_installed"] and run["is_renting"] and run["is_returning"]):
            seconds["closed_s"] += s
        else:
            counts = {"bike": run["mechanical"] + run["ebike"], "ebike": run["ebike"], "dock": run["docks"]}
            seconds["open_s"] += s
            seconds.update({thing: count * s for thing, count in counts.items()})
            seconds.update({f"no_{thing}_s": s for thing, count in counts.items() if count == 0})
    is_open = seconds["open_s"] > 0
    means = {f"{c}_mean": seconds[c] / seconds["open_s"] if is_open else None for c in ("bike", "ebike", "dock")}
    return {**{column: seconds[column] for column in NUMBERS if column.endswith("_s")}, **means}


def movements(runs: list[dict[str, Any]]) -> dict[int, Counter[str]]:
    """By the hour of the later poll."""
    moved: dict[int, Counter[str]] = defaultdict(
        lambda: Counter(dict.fromkeys(("out_lower", "in_lower", "rebalanced_out", "rebalanced_in"), 0))
    )
    for earlier, later in pairwise(runs):
        both_open = all(run[flag] for run in (earlier, later) for flag in FLAGS)
        if later["first_seen_at"] > earlier["holds_until"] or not both_open:
            continue
        of_hour = moved[(later["first_seen_at"] - MIDNIGHT) // HOUR]
        changes = [later[kind] - earlier[kind] for kind in ("mechanical", "ebike")]
        if abs(sum(changes)) >= 8:
            of_hour["rebalanced_in" if sum(changes) > 0 else "rebalanced_out"] += abs(sum(changes))
            continue
        for change in changes:
            of_hour["in_lower" if change > 0 else "out_lower"] += abs(change)
    return moved


@given(drawn_bike_runs())
@settings(max_examples=examples(50))
def test_every_second_and_every_change_counts_for_what_the_rules_say(rows: list[dict[str, Any]]) -> None:
    runs = bike_runs(rows)
    made = {
        ((row["hour_at"] - MIDNIGHT) // HOUR, row["station_code"]): {column: row[column] for column in NUMBERS}
        for row in hours(runs.sample(fraction=1, shuffle=True, seed=1)).iter_rows(named=True)
    }
    assert made == expected(runs)


def changes(before: dict[str, Any], after: dict[str, Any], minutes: float = 5) -> dict[str, int]:
    """What moved between two polls, the second one so many minutes after the first, at noon."""
    noon = MIDNIGHT + 12 * HOUR
    first = bike_run(STATION, noon, **{"mechanical": 20, "ebike": 20, **before})
    later = bike_run(STATION, noon + timedelta(minutes=minutes), **{"mechanical": 20, "ebike": 20, **after})
    found = hours(bike_runs([first, later])).select("out_lower", "in_lower", "rebalanced_out", "rebalanced_in").sum()
    return {column: count for column, count in found.row(0, named=True).items() if count}


@pytest.mark.parametrize(
    ("after", "moved"),
    [
        ({"mechanical": 13}, {"out_lower": 7}),
        ({"mechanical": 12}, {"rebalanced_out": 8}),
        ({"mechanical": 27}, {"in_lower": 7}),
        ({"mechanical": 28}, {"rebalanced_in": 8}),
        ({"mechanical": 16, "ebike": 16}, {"rebalanced_out": 8}),
        ({"mechanical": 8, "ebike": 22}, {"rebalanced_out": 10}),
        ({"mechanical": 12, "ebike": 21}, {"out_lower": 8, "in_lower": 1}),
        ({"mechanical": 32, "ebike": 8}, {"out_lower": 12, "in_lower": 12}),
        ({"docks": 0}, {}),
    ],
)
def test_eight_bikes_at_once_are_the_operators_work(after: dict[str, int], moved: dict[str, int]) -> None:
    assert changes({}, after) == moved


def test_eight_bikes_that_leave_between_three_polls_are_riders() -> None:
    polls = [bike_run(STATION, MIDNIGHT + n * timedelta(minutes=5), mechanical=20 - 4 * n) for n in range(3)]
    [first, *_] = hours(bike_runs(polls)).iter_rows(named=True)
    assert (first["out_lower"], first["rebalanced_out"]) == (8, 0)


@pytest.mark.parametrize("flag", FLAGS)
def test_nothing_moves_where_a_station_was_not_open(flag: str) -> None:
    closed, fewer = {flag: False}, {"mechanical": 17}
    assert changes({}, fewer) == {"out_lower": 3}
    assert changes(closed, fewer) == changes({}, {**closed, **fewer}) == {}


def test_polls_further_apart_than_the_gap_limit_are_not_compared() -> None:
    assert changes({}, {"mechanical": 17}, minutes=15) == {"out_lower": 3}
    assert changes({}, {"mechanical": 17}, minutes=15.001) == {}


def test_a_station_that_lost_contact_is_neither_empty_nor_closed() -> None:
    flags = dict.fromkeys(FLAGS, False)
    [first, *_] = hours(bike_runs([bike_run(STATION, MIDNIGHT, mechanical=0, ebike=0, docks=0, **flags)]))[
        "open_s", "closed_s", "not_reporting_s", "unobserved_s", "no_bike_s", "no_dock_s"
    ].rows()
    assert first == (0, 0, 450, 3150, 0, 0)


@pytest.mark.parametrize(
    ("insee_code", "arrondissement", "expected_code"),
    [
        ("75056", 4, "75104"),
        ("75056", 20, "75120"),
        (None, 1, "75101"),
        ("75056", None, None),
        ("92012", None, "92012"),
        ("75116", None, "75116"),
        ("9201", None, None),
        (None, None, None),
    ],
)
def test_the_area_is_the_arrondissement_or_the_commune(
    insee_code: str | None, arrondissement: int | None, expected_code: str | None
) -> None:
    where = {"station_code": STATION, "insee_code": insee_code, "arrondissement": arrondissement, "capacity": 30}
    made = hours(bike_runs([bike_run(STATION, MIDNIGHT), bike_run(STATIONS[1], MIDNIGHT)]), 1, [where])
    assert made.select("station_code", "insee_code", "capacity").rows() == [
        (STATIONS[1], None, None),
        (STATION, expected_code, 30),
    ]


def test_every_station_seen_on_a_day_has_all_closed_hours_and_no_others() -> None:
    runs = bike_runs([bike_run(STATION, MIDNIGHT + 20 * HOUR), bike_run(STATIONS[1], MIDNIGHT)])
    assert hours(runs, 3)["hour_at"].to_list() == [MIDNIGHT + n * HOUR for n in range(3) for _ in range(2)]
    assert hours(runs, 0).is_empty()
    assert hours(bike_runs([])).is_empty()


def test_the_weather_is_the_forecast_known_when_the_hour_began() -> None:
    known = {"location": "paris", "provider": "open_meteo", "interval_s": 3600, "temperature_c": 7.0}
    at = {"fetched_at": MIDNIGHT, "available_at": MIDNIGHT, "valid_at": MIDNIGHT + 2 * HOUR}
    made = hours(bike_runs([bike_run(STATION, MIDNIGHT)]), 3, forecasts=[{**known, **at}])
    assert made["temperature_c"].to_list() == [None, 7.0, None]
