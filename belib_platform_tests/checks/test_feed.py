"""Checks of the feed as it is now: each is true just within its bound and false just beyond it."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from belib_platform.checks import poll
from belib_platform.checks.poll import HISTORY
from belib_platform.contracts.clean import Poll
from belib_platform.contracts.contract import frame_schema

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def polls(*rows: dict[str, Any]) -> pl.DataFrame:
    """Polls, newest first, five minutes apart."""
    usual = {
        "source": "belib",
        "origin": "poll",
        "outcome": "sound",
        "record_count": 2000,
        "fresh_ratio": 0.97,
        "unknown_ratio": 0.04,
        "future_stamp_count": 0,
        "is_folded": True,
    }
    told = []
    for number, row in enumerate(rows):
        at = NOON - 5 * number * MINUTE
        told.append({"fetched_at": at, "newest_source_updated_at": at - MINUTE, **usual, **row})
    return pl.DataFrame(told, schema=frame_schema(Poll))


def counted(newest: int, *before: int) -> bool:
    return poll.volume_is_as_usual(polls(*({"record_count": n} for n in (newest, *before)))).passed


def unknown(newest: float, *before: float) -> bool:
    return poll.unknown_share_is_as_usual(polls(*({"unknown_ratio": s} for s in (newest, *before)))).passed


@pytest.mark.parametrize(
    ("age", "fresh_ratio", "passed"),
    [
        (30 * MINUTE, 0.9, True),
        (30 * MINUTE + timedelta(milliseconds=1), 0.9, False),
        (30 * MINUTE, 0.8999, False),
        (-MINUTE, 1.0, True),
        (MINUTE, None, False),
        (None, 1.0, False),
    ],
)
def test_a_feed_is_fresh_within_half_an_hour_and_with_nine_stamps_in_ten_of_the_day(
    age: timedelta | None, fresh_ratio: float | None, passed: bool
) -> None:
    stamp = None if age is None else NOON - age
    finding = poll.feed_is_fresh(polls({"newest_source_updated_at": stamp, "fresh_ratio": fresh_ratio}, {}))
    assert finding.passed is passed


def test_only_the_newest_poll_is_asked_whether_it_is_fresh() -> None:
    stale = {"newest_source_updated_at": NOON - timedelta(days=1), "fresh_ratio": 0.1}
    assert poll.feed_is_fresh(polls({}, stale)).passed
    assert not poll.feed_is_fresh(polls(stale, {})).passed


@pytest.mark.parametrize(
    ("newest", "passed"),
    [(1900, True), (2000, True), (2310, True), (0, False), (10, False), (1899, False), (2311, False)],
)
def test_a_volume_near_those_before_is_usual(newest: int, passed: bool) -> None:
    assert counted(newest, 2000, 2200) is passed


def test_a_sudden_loss_is_not_usual_and_its_end_is() -> None:
    assert not counted(1000, *[2000] * HISTORY)
    assert counted(2000, 1000, *[2000] * HISTORY)


def test_a_share_of_unknown_is_usual_up_to_twice_the_median_and_a_hundredth() -> None:
    before = [0.01, 0.02, 0.9]
    assert unknown(0.05, *before)
    assert not unknown(0.0501, *before)


def test_shares_that_are_not_known_count_as_none() -> None:
    nothing = polls({"unknown_ratio": 0.011}, {"unknown_ratio": None})
    assert not poll.unknown_share_is_as_usual(nothing).passed
    assert unknown(0.01, 0.0)


@pytest.mark.parametrize("before", [1, 5, HISTORY])
def test_the_unknown_of_an_incident_is_seen_however_few_polls_came_before(before: int) -> None:
    assert not unknown(190 / 2097, *[71 / 2097] * before)
    assert unknown(75 / 2097, *[71 / 2097] * before)


def test_a_first_poll_is_as_usual_and_no_poll_is_not() -> None:
    for check in (poll.volume_is_as_usual, poll.unknown_share_is_as_usual):
        assert check(polls({})).passed
        assert check(polls({})).numbers["compared_with"] == 0
        assert not check(polls()).passed
    assert not poll.feed_is_fresh(polls()).passed


def test_findings_count_the_polls_compared_with() -> None:
    many = polls(*[{}] * (HISTORY + 1))
    assert poll.volume_is_as_usual(many).numbers["compared_with"] == HISTORY
    assert poll.unknown_share_is_as_usual(many).numbers["compared_with"] == HISTORY


def test_a_stamp_in_the_future_is_a_warning_about_the_newest_poll() -> None:
    ahead = poll.no_stamp_lies_in_the_future(polls({"future_stamp_count": 2}, {}))
    assert (ahead.passed, ahead.is_warning, ahead.numbers) == (False, True, {"future_stamps": 2})
    assert poll.no_stamp_lies_in_the_future(polls({"future_stamp_count": 0}, {"future_stamp_count": 2})).passed
    assert poll.no_stamp_lies_in_the_future(polls({"future_stamp_count": None})).passed


def test_a_day_has_polls_when_one_of_belib_is_sound() -> None:
    days = [date(2026, 1, 4), date(2026, 1, 5)]
    yesterday = {"fetched_at": NOON - timedelta(days=1)}
    assert poll.every_day_has_polls(polls({}, yesterday), days).passed
    for other in ({"source": "belib_static"}, {"outcome": "refused"}, {"fetched_at": NOON - timedelta(days=2)}):
        finding = poll.every_day_has_polls(polls({}, yesterday | other), days)
        assert not finding.passed
        assert finding.sample is not None
        assert finding.sample["day"].to_list() == days[:1]
