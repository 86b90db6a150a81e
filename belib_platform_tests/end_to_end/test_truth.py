"""The platform's seconds against what really happened in a simulated Paris, over many seeds.

What polling can know is the time near enough to a sound poll: from a poll to the next one, when that comes within
three cadences, else half a gap limit on; and back to midnight from a day's first poll within half a gap limit of it.
Over that time, worked out here from the instants of the polls alone, the seconds of each status are held against the
truth; the rest of the day is what `unobserved_s` should be. Outages of the feed are in the draw; of them those that
serve a frozen old body are left out, since they say how the feed lies, not how the rule measures.
"""

import math
import statistics
from datetime import date, datetime, timedelta
from functools import cache

import polars as pl
import pytest

from belib_platform.contracts.clean import ChargePointStatus, WeatherForecast
from belib_platform.contracts.contract import conform
from belib_platform.contracts.mart import SECONDS
from belib_platform.simulator.paris import Paris
from belib_platform.transforms.availability import COLUMN_OF_STATUS, station_availability
from belib_platform.transforms.runs import merge_runs
from belib_platform_tests.end_to_end.knowable import knowable
from belib_platform_tests.end_to_end.sightings import sightings
from belib_platform_tests.simulator.truth import charge_points, true_statuses

pytestmark = pytest.mark.slow

SEEDS = range(1, 31)
FIRST_DAY = date(2025, 9, 1)
STATIONS = 12
CADENCE = timedelta(minutes=10)
GAP_LIMIT = 3 * CADENCE
DAY = timedelta(days=1)

Errors = dict[str, list[float]]


def test_no_column_of_time_is_biased() -> None:
    errors = errors_over_seeds(is_cut_short=False)
    assert {column for column in SECONDS if not is_unbiased(errors[column])} == set()


def test_the_same_comparison_finds_the_bias_of_runs_that_end_when_last_seen() -> None:
    errors = errors_over_seeds(is_cut_short=True)
    biased = {column for column in SECONDS if not is_unbiased(errors[column])}
    assert {"available_s", "charging_s", "unobserved_s"} <= biased
    assert statistics.mean(errors["unobserved_s"]) > 0
    assert statistics.mean(errors["available_s"]) < 0


def is_unbiased(errors: list[float]) -> bool:
    """Whether the mean lies within three standard errors of zero."""
    return abs(statistics.mean(errors)) <= 3 * statistics.stdev(errors) / math.sqrt(len(errors))


def errors_over_seeds(*, is_cut_short: bool) -> Errors:
    """Measured minus true seconds of all points of a day, by column, one value a seed."""
    errors: Errors = {column: [] for column in SECONDS}
    for seed in SEEDS:
        day, runs, points, truth = observed(seed)
        if is_cut_short:
            runs = runs.with_columns(pl.col("last_seen_at").alias("holds_until"))
        hours = station_availability(day, 24, runs.lazy(), points.lazy(), WeatherForecast.create_empty().lazy())
        measured = hours.select(pl.col(SECONDS).sum()).collect().row(0, named=True)
        for column in SECONDS:
            errors[column].append(measured[column] - truth[column])
    return errors


@cache
def observed(seed: int) -> tuple[date, pl.DataFrame, pl.DataFrame, dict[str, float]]:
    """A seed's day, the runs seen of it, its points, and the true seconds by column."""
    day = FIRST_DAY + timedelta(days=seed % 7)
    # the day before lets stations lose contact as often as they find it again: a truth that drifts through the day
    # would show half a cadence of lag, which is the polling's and not the rule's
    paris = Paris.draw(seed, first_day=day - DAY, days=2, stations=STATIONS)
    said = sightings(paris, paris.begins_at + DAY + timedelta(seconds=94 * seed % 600), CADENCE)
    runs = conform(ChargePointStatus, merge_runs(said.lazy()).collect())
    return day, runs, charge_points(paris), true_seconds(paris, said["first_seen_at"].unique().sort().to_list())


def true_seconds(paris: Paris, polls: list[datetime]) -> dict[str, float]:
    """What really happened while it could be known, by column, and how long it could not."""
    known = list(knowable(polls, GAP_LIMIT))
    spans = pl.DataFrame(known, schema={"from": pl.Datetime("ms", "UTC"), "to": pl.Datetime("ms", "UTC")}, orient="row")
    overlap = pl.min_horizontal("ends_at", "to") - pl.max_horizontal("starts_at", "from")
    seconds = (
        true_statuses(paris, paris.begins_at + DAY, paris.ends_at)
        .join(spans, how="cross")
        .group_by("status")
        .agg((overlap.dt.total_milliseconds() / 1000).clip(0).sum().alias("s"))
    )
    truth: dict[str, float] = dict.fromkeys(SECONDS, 0.0)
    for status, total in seconds.iter_rows():
        truth[COLUMN_OF_STATUS[status]] += total
    known_s = sum((end - start).total_seconds() for start, end in known)
    truth["unobserved_s"] = (DAY.total_seconds() - known_s) * len(paris.live)
    return truth
