"""Episodes against what really happened in a simulated Paris: outages of days, within the bounds that are told.

The feed fails now and then, as it does; answers that are frozen are left out, since they say how the feed lies.
"""

from datetime import date, timedelta

import polars as pl
import pytest

from belib_platform.simulator.paris import Paris
from belib_platform.transforms.episodes import episodes
from belib_platform.transforms.runs import merge_runs
from belib_platform_tests.end_to_end.sightings import sightings
from belib_platform_tests.simulator.truth import true_statuses

pytestmark = pytest.mark.slow

DAYS = 7
CADENCE = timedelta(minutes=15)
DAY = timedelta(days=1)
SEEDS = (3, 11)


@pytest.fixture(scope="module", params=SEEDS)
def seen(request: pytest.FixtureRequest) -> tuple[Paris, pl.DataFrame]:
    """A city of a week, and the episodes made of runs that were cut at every midnight."""
    paris = Paris.draw(request.param, first_day=date(2025, 10, 22), days=DAYS, stations=40)
    held = merge_runs(sightings(paris, paris.begins_at + timedelta(seconds=83), CADENCE).lazy())
    return paris, episodes(held, paris.ends_at).collect()


def true_stretch_at(instant: str, paris: Paris, told: pl.DataFrame) -> pl.DataFrame:
    """The episodes with `true_from` and `true_until` of the stretch in which the point really was at an instant."""
    truth = true_statuses(paris, paris.begins_at, paris.ends_at).rename(
        {"starts_at": "true_from", "ends_at": "true_until"}
    )
    return told.sort(instant).join_asof(
        truth.sort("true_from").rename({"status": "true_status"}),
        left_on=instant,
        right_on="true_from",
        by="charge_point_id",
        check_sortedness=False,
    )


def test_every_episode_began_and_ended_within_its_bounds(seen: tuple[Paris, pl.DataFrame]) -> None:
    paris, told = seen
    began, ended = (true_stretch_at(instant, paris, told) for instant in ("first_seen_at", "last_seen_at"))
    for frame in (began, ended):
        assert frame.height == told.height
        assert frame.filter(pl.col("status").cast(pl.String) != pl.col("true_status").cast(pl.String)).is_empty()
    known = began.filter(~pl.col("is_left_censored"))
    assert known.height > told.height / 2
    assert known.filter(~pl.col("true_from").is_between("began_after_at", "first_seen_at", closed="right")).is_empty()
    known = ended.filter(~pl.col("is_right_censored"))
    assert known.height > told.height / 2
    assert known.filter(~pl.col("true_until").is_between("last_seen_at", "ended_by_at", closed="right")).is_empty()


def test_outages_longer_than_a_day_are_found_and_measured_to_two_polls(seen: tuple[Paris, pl.DataFrame]) -> None:
    paris, told = seen
    length = pl.col("ends_at") - pl.col("starts_at")
    lasting = true_statuses(paris, paris.begins_at, paris.ends_at).filter(
        pl.col("status").is_in(["OUTOFORDER", "UNKNOWN"]), length > DAY, pl.col("starts_at") > paris.begins_at
    )
    assert lasting.height >= 4
    measured = 0
    for outage in lasting.iter_rows(named=True):
        parts = told.filter(charge_point_id=outage["charge_point_id"], status=outage["status"]).filter(
            pl.col("last_seen_at") >= outage["starts_at"], pl.col("first_seen_at") < outage["ends_at"]
        )
        true_s = (outage["ends_at"] - outage["starts_at"]).total_seconds()
        assert parts.height, "it is seen"
        assert parts["min_duration_s"].sum() <= true_s
        whole = parts.filter(~pl.col("is_left_censored"), ~pl.col("is_right_censored"))
        if parts.height == whole.height == 1:
            [row] = whole.to_dicts()
            assert row["min_duration_s"] <= true_s <= row["max_duration_s"]
            assert row["max_duration_s"] - row["min_duration_s"] <= 2 * 3 * CADENCE.total_seconds()
            assert abs(row["observed_s"] - true_s) <= 3 * CADENCE.total_seconds()
            measured += 1
        elif parts.height > 1:
            assert parts.sort("first_seen_at")["is_right_censored"][:-1].all(), "only a hole divides an outage"
    assert measured
