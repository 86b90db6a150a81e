"""Runs: however the polls are cut into pieces, folding the pieces gives what folding them at once gives."""

from datetime import timedelta
from itertools import pairwise, permutations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from belib_platform.transforms.runs import merge_runs
from belib_platform_tests.examples import examples
from belib_platform_tests.transforms.polls import MIDNIGHT, POINTS, polls, runs, sighting

THREE_DAYS = polls(from_s=80_000, until_s=3 * 86_400)
A = POINTS[0]


def fold(frame: pl.DataFrame) -> pl.DataFrame:
    return merge_runs(frame.lazy()).collect()


def told(said: list[list[dict]]) -> list[dict]:
    return [row for poll in said for row in poll]


def expected(said: list[list[dict]]) -> list[dict]:
    """The same in plain words: a sighting prolongs its point's last run, or begins another."""
    by_point: dict[str, list[dict]] = {}
    for row in sorted(told(said), key=lambda row: row["first_seen_at"]):
        mine = by_point.setdefault(row["charge_point_id"], [])
        last = mine[-1] if mine else None
        if (
            last
            and last["status"] == row["status"]
            and last["last_seen_at"].date() == row["first_seen_at"].date()
            and row["first_seen_at"] <= last["holds_until"]
        ):
            ended = {key: row[key] for key in ("last_seen_at", "holds_until", "source_updated_at")}
            mine[-1] = last | ended | {"poll_count": last["poll_count"] + 1}
        else:
            mine.append(row)
    return [row for point in sorted(by_point) for row in by_point[point]]


@given(THREE_DAYS, st.data())
@settings(max_examples=examples(60))
def test_folding_pieces_equals_folding_everything_at_once(said: list[list[dict]], data: st.DataObject) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(said)), max_size=6).map(sorted))
    piecewise = runs([])
    for start, end in pairwise([0, *cuts, len(said)]):
        piecewise = fold(pl.concat([piecewise, fold(runs(told(said[start:end])))]))
    at_once = fold(runs(told(said)).sample(fraction=1, shuffle=True, seed=1))
    assert piecewise.equals(at_once)


@given(THREE_DAYS)
@settings(max_examples=examples(60))
def test_runs_are_what_the_rule_says(said: list[list[dict]]) -> None:
    assert fold(runs(told(said))).to_dicts() == expected(said)


def test_a_hole_is_bridged_up_to_the_gap_limit_and_not_a_millisecond_more() -> None:
    limit = timedelta(minutes=15)
    noon = MIDNIGHT + timedelta(hours=12)
    for late, count in ((timedelta(0), 1), (timedelta(milliseconds=1), 2)):
        seen = [sighting(A, at, "AVAILABLE", limit) for at in (noon, noon + limit + late)]
        assert fold(runs(seen)).height == count


def test_the_gap_limit_is_that_of_the_poll_before_the_hole() -> None:
    noon = MIDNIGHT + timedelta(hours=12)
    slow, quick = timedelta(hours=3), timedelta(minutes=15)
    for first, then, count in ((slow, quick, 1), (quick, slow, 2)):
        seen = [sighting(A, noon, "CHARGING", first), sighting(A, noon + timedelta(hours=1), "CHARGING", then)]
        assert fold(runs(seen)).height == count


def test_a_run_ends_at_midnight_utc_even_when_polls_go_on() -> None:
    around = [MIDNIGHT - timedelta(milliseconds=1), MIDNIGHT]
    folded = fold(runs([sighting(A, at, "AVAILABLE", timedelta(minutes=15)) for at in around]))
    assert folded["first_seen_at"].to_list() == around
    assert folded["last_seen_at"].to_list() == around


def test_of_runs_that_begin_together_the_later_end_wins_whatever_the_order() -> None:
    """A poll that is kept twice may be in two pieces."""
    noon, slow, quick = MIDNIGHT + timedelta(hours=12), timedelta(hours=3), timedelta(minutes=45)
    once = [sighting(A, noon, "RESERVED", slow)]
    twice = [*once, sighting(A, noon + timedelta(minutes=30), "RESERVED", quick)]
    last = noon + timedelta(minutes=60)
    thrice = [*twice, sighting(A, last, "RESERVED", quick)]
    for pieces in permutations([once, twice, thrice]):
        folded = fold(pl.concat([fold(runs(piece)) for piece in pieces]))
        assert folded.select("first_seen_at", "last_seen_at", "holds_until").rows() == [(noon, last, last + quick)]


def test_nothing_folds_into_nothing() -> None:
    assert fold(runs([])).equals(runs([]))
