"""Episodes: the same wherever days, months or exports cut the polls, and honest about what no poll saw."""

import math
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from belib_platform.contracts.exports import Episode
from belib_platform.transforms.episodes import episodes, runs_reaching_into
from belib_platform.transforms.runs import merge_runs
from belib_platform_tests.examples import examples
from belib_platform_tests.transforms.polls import MIDNIGHT, POINTS, polls, runs, sighting

A = POINTS[0]
DAY = timedelta(days=1)
DAYS = 5
UNTIL = MIDNIGHT + DAYS * DAY
OVER_DAYS = polls(from_s=60_000, until_s=DAYS * 86_400, most=60)
LIMIT = timedelta(minutes=15)


def sightings(said: list[list[dict]]) -> pl.DataFrame:
    return runs([row for poll in said for row in poll])


def by_day(frame: pl.DataFrame) -> pl.DataFrame:
    """As `charge_point_status` holds them: runs within UTC days."""
    return merge_runs(frame.lazy()).collect()


def found(frame: pl.DataFrame, until: datetime = UNTIL) -> pl.DataFrame:
    return episodes(frame.lazy(), until).collect()


def expected(said: list[list[dict]]) -> list[dict]:
    """The same in plain words, point by point and poll by poll."""
    by_point: dict[str, list[list[dict]]] = {}
    for row in sorted((row for poll in said for row in poll), key=lambda row: row["first_seen_at"]):
        mine = by_point.setdefault(row["charge_point_id"], [])
        last = mine[-1][-1] if mine else None
        if last and last["status"] == row["status"] and row["first_seen_at"] <= last["holds_until"]:
            mine[-1].append(row)
        else:
            mine.append([row])
    rows = [
        told(before, seen, after)
        for mine in by_point.values()
        for before, seen, after in zip([None, *mine], mine, [*mine[1:], None], strict=False)
    ]
    return sorted(rows, key=lambda row: (row["first_seen_at"], row["charge_point_id"]))


def told(before: list[dict] | None, seen: list[dict], after: list[dict] | None) -> dict[str, Any]:
    first, last = seen[0], seen[-1]
    came_from = before[-1] if before and first["first_seen_at"] <= before[-1]["holds_until"] else None
    went_to = after[0] if after and after[0]["first_seen_at"] <= last["holds_until"] else None
    began_after = came_from and came_from["last_seen_at"]
    ended_by = went_to and went_to["first_seen_at"]
    half_gap = (last["holds_until"] - last["last_seen_at"]) / 2
    counted_until = ended_by or min(last["last_seen_at"] + half_gap, UNTIL)
    return {
        "first_seen_at": first["first_seen_at"],
        "charge_point_id": first["charge_point_id"],
        "status": first["status"],
        "last_seen_at": last["last_seen_at"],
        "began_after_at": began_after,
        "ended_by_at": ended_by,
        "is_left_censored": came_from is None,
        "is_right_censored": went_to is None,
        "is_going_on": went_to is None and last["holds_until"] >= UNTIL,
        "status_before": came_from and came_from["status"],
        "status_after": went_to and went_to["status"],
        "poll_count": len(seen),
        "min_duration_s": (last["last_seen_at"] - first["first_seen_at"]) // timedelta(seconds=1),
        "max_duration_s": began_after and ended_by and math.ceil((ended_by - began_after) / timedelta(seconds=1)),
        "observed_s": int((whole(counted_until) - whole(first["first_seen_at"])).total_seconds()),
    }


def whole(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)


@given(OVER_DAYS)
@settings(max_examples=examples(80))
def test_episodes_are_what_the_rule_says_wherever_midnight_cuts_the_runs(said: list[list[dict]]) -> None:
    seen = sightings(said)
    from_runs_of_days = found(by_day(seen).sample(fraction=1, shuffle=True, seed=1))
    assert from_runs_of_days.equals(found(seen))
    assert from_runs_of_days.to_dicts() == expected(said)
    assert Episode.validate(from_runs_of_days).equals(from_runs_of_days)


@given(OVER_DAYS, st.sets(st.integers(1, DAYS - 1)))
@settings(max_examples=examples(80))
def test_parts_of_the_history_hold_each_episode_once_as_the_whole_does(said: list[list[dict]], cuts: set[int]) -> None:
    held = by_day(sightings(said))

    def rows_of(day: date) -> pl.DataFrame:
        return held.filter(pl.col("first_seen_at").dt.date() == day)

    days = [(MIDNIGHT + n * DAY).date() for n in range(DAYS + 1)]
    bounds = [0, *sorted(cuts), DAYS]
    parts = []
    for first, following in pairwise(bounds):
        seen = pl.concat([rows_of(day) for day in days[first : following + 1]])  # with the day after
        before, since = runs_reaching_into(seen, days[first], rows_of)
        until = min(MIDNIGHT + (following + 1) * DAY, UNTIL)
        ended_in = pl.col("last_seen_at").dt.date().is_between(days[first], days[following - 1])
        part = found(pl.concat([before, seen]), until).filter(ended_in)
        parts.append(part)
        earliest = part["began_after_at"].min() or part["first_seen_at"].min()
        assert earliest is None or since <= earliest.date(), "what a part depends on is no later than what it says"
    whole_history = found(held)
    assert pl.concat(parts).sort(Episode.primary_key()).equals(whole_history)


@given(OVER_DAYS)
@settings(max_examples=examples(40))
def test_the_times_counted_for_a_points_episodes_never_overlap(said: list[list[dict]]) -> None:
    rows = found(sightings(said)).sort("charge_point_id", "first_seen_at")
    counted_until = pl.col("first_seen_at").dt.truncate("1s") + pl.duration(seconds="observed_s")
    next_from = pl.col("first_seen_at").dt.truncate("1s").shift(-1).over("charge_point_id")
    assert rows.filter(counted_until > next_from).is_empty()
    adjacent = rows.filter(~pl.col("is_right_censored"))
    assert adjacent.filter(counted_until != pl.col("ended_by_at").dt.truncate("1s")).is_empty()


def every_five_minutes(first: datetime, last: datetime, status: str) -> list[dict]:
    polled = pl.datetime_range(first, last, "5m", time_unit="ms", eager=True)
    return [sighting(A, at, status, LIMIT) for at in polled]


def test_an_outage_of_three_days_is_one_row_with_bounds_at_both_ends() -> None:
    down_at, up_at = MIDNIGHT + timedelta(hours=20), MIDNIGHT + timedelta(days=3, hours=21)
    polled = [
        *every_five_minutes(MIDNIGHT, down_at - timedelta(minutes=5), "AVAILABLE"),
        *every_five_minutes(down_at, up_at - timedelta(minutes=5), "OUTOFORDER"),
        *every_five_minutes(up_at, UNTIL - timedelta(minutes=5), "CHARGING"),
    ]
    held = by_day(runs(polled))
    assert held.filter(status="OUTOFORDER").height == 4, "a run for each UTC day"
    [first, outage, last] = found(held).to_dicts()
    assert outage == {
        "first_seen_at": down_at,
        "charge_point_id": A,
        "status": "OUTOFORDER",
        "last_seen_at": up_at - timedelta(minutes=5),
        "began_after_at": down_at - timedelta(minutes=5),
        "ended_by_at": up_at,
        "is_left_censored": False,
        "is_right_censored": False,
        "is_going_on": False,
        "status_before": "AVAILABLE",
        "status_after": "CHARGING",
        "poll_count": 73 * 12,
        "min_duration_s": 73 * 3600 - 300,
        "max_duration_s": 73 * 3600 + 300,
        "observed_s": 73 * 3600,
    }
    assert (first["is_left_censored"], first["is_right_censored"]) == (True, False)
    assert (last["is_left_censored"], last["is_right_censored"], last["is_going_on"]) == (False, True, True)
    assert last["observed_s"] == (UNTIL - up_at).total_seconds(), "clipped to the end of the export"


def test_a_hole_censors_both_sides_and_is_in_neither_episode() -> None:
    noon = MIDNIGHT + timedelta(hours=12)
    for late, count in ((timedelta(0), 1), (timedelta(milliseconds=1), 2)):
        rows = found(runs([sighting(A, at, "OUTOFORDER", LIMIT) for at in (noon, noon + LIMIT + late)]))
        assert rows.height == count
    assert rows["is_right_censored"].to_list() == [True, True]
    assert rows["is_left_censored"].to_list() == [True, True]
    assert rows["is_going_on"].to_list() == [False, False]
    assert rows["observed_s"].to_list() == [450, 450]


def test_another_status_seen_only_after_a_hole_is_no_bound() -> None:
    noon = MIDNIGHT + timedelta(hours=12)
    said = [sighting(A, noon, "OUTOFORDER", LIMIT), sighting(A, noon + timedelta(hours=1), "AVAILABLE", LIMIT)]
    for row in found(runs(said)).to_dicts():
        assert (row["began_after_at"], row["ended_by_at"], row["max_duration_s"]) == (None, None, None)
        assert (row["status_before"], row["status_after"]) == (None, None)


def test_nothing_is_no_episode_and_reads_no_day() -> None:
    assert found(runs([])).is_empty()
    midnight = datetime.combine(date(2026, 1, 5), time(), UTC)

    def unread(day: date) -> pl.DataFrame:
        raise AssertionError(day)

    before, since = runs_reaching_into(runs([]), midnight.date(), unread)
    assert before.is_empty()
    assert since == midnight.date()
