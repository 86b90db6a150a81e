"""What refusing sources say, in every way they have of saying it."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belib_platform.sources.answer import Answer
from belib_platform.sources.refusal import latest_retry, message_of, refusal, retry_at

ASKED = datetime(2026, 8, 30, 23, 59, 58, tzinfo=UTC)
MONTH = {"errorcode": 10002, "reset_time": "2026-09-01T00:00:00Z", "limit_time_unit": "month", "error": "Too many"}


def limited(headers: dict[str, str], body: object = None) -> Answer:
    return Answer("http://portal/x", 429, headers, "application/json", json.dumps(body).encode(), ASKED, ASKED)


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        ({"x-ratelimit-reset": "1788220800", "retry-after": "5"}, MONTH, datetime(2026, 9, 1, tzinfo=UTC)),
        ({"x-ratelimit-reset": "soon", "retry-after": "90"}, MONTH, datetime(2026, 8, 31, 0, 1, 28, tzinfo=UTC)),
        ({"retry-after": "Mon, 31 Aug 2026 06:00:00 GMT"}, MONTH, datetime(2026, 8, 31, 6, tzinfo=UTC)),
        ({}, MONTH, datetime(2026, 9, 1, tzinfo=UTC)),
        ({}, {"reset_time": "2026-09-01T02:00:00+02:00"}, datetime(2026, 9, 1, tzinfo=UTC)),
        ({}, {"reset_time": "2026-09-01T00:00:00"}, datetime(2026, 9, 1, tzinfo=UTC)),
        ({}, {"reset_time": 7}, datetime(2026, 8, 31, tzinfo=UTC)),
        ({"x-ratelimit-reset": "9" * 30, "retry-after": "9" * 30}, None, datetime(2026, 8, 31, tzinfo=UTC)),
    ],
)
def test_when_to_come_back(headers: dict[str, str], body: object, expected: datetime) -> None:
    assert retry_at(limited(headers, body)) == expected


BOUND = datetime(2026, 9, 1, tzinfo=UTC)
"""The end of the next UTC day."""

YEARS_AHEAD = [
    {"retry-after": "315360000"},
    {"retry-after": "4102444800"},
    {"retry-after": "Fri, 31 Dec 9999 23:59:59 GMT"},
    {"retry-after": "Tue, 01 Sep 2026 00:00:01 GMT"},
    {"x-ratelimit-reset": "4102444800"},
    {"x-ratelimit-reset": "253402300799"},
    {"x-ratelimit-reset": "4102444800000"},
    {"x-ratelimit-reset": "4102444800", "retry-after": "315360000"},
]


@pytest.mark.parametrize("headers", YEARS_AHEAD)
def test_nobody_is_left_alone_for_years_and_the_cut_is_told(headers: dict[str, str]) -> None:
    error = refusal("p/x", limited(headers))
    assert error.retry_at == BOUND
    assert "; it wants no request before " in str(error)
    assert str(error).endswith("which is not believed: it is asked again after 2026-09-01 00:00 UTC")


@pytest.mark.parametrize("reset_time", ["2099-01-01T00:00:00Z", "9999-12-31", "2026-09-01T00:00:01+00:00"])
def test_nor_does_a_body_say_for_how_many_years(reset_time: str) -> None:
    error = refusal("p/x", limited({}, {"reset_time": reset_time}))
    assert error.retry_at == BOUND
    assert "which is not believed" in str(error)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"x-ratelimit-reset": "1788220800000"}, BOUND),
        ({"x-ratelimit-reset": "1788220800"}, BOUND),
        ({"x-ratelimit-reset": "4102444800", "retry-after": "90"}, ASKED + timedelta(seconds=90)),
        ({"x-ratelimit-reset": "60", "retry-after": "90"}, ASKED + timedelta(seconds=90)),
    ],
)
def test_what_can_be_believed_is_and_nothing_is_told(headers: dict[str, str], expected: datetime) -> None:
    error = refusal("p/x", limited(headers))
    assert error.retry_at == expected
    assert str(error) == "p/x answered 429 Too Many Requests"


@pytest.mark.parametrize(
    "headers", [{"retry-after": "-90"}, {"retry-after": "0"}, {"x-ratelimit-reset": "0"}, {"x-ratelimit-reset": "-1"}]
)
def test_an_instant_that_is_past_delays_nothing(headers: dict[str, str]) -> None:
    assert retry_at(limited(headers)) <= ASKED


@given(
    st.dictionaries(
        st.sampled_from(["x-ratelimit-reset", "retry-after"]),
        st.one_of(st.integers().map(str), st.floats().map(str), st.datetimes().map(format_datetime), st.text()),
    ),
    st.one_of(
        st.none(), st.integers(), st.text(), st.datetimes().map(str), st.datetimes(timezones=st.timezones()).map(str)
    ),
    st.timedeltas(timedelta(), timedelta(days=30_000)).map(lambda later: ASKED + later),
)
def test_whatever_is_said_the_source_is_asked_again_after_the_next_day_at_the_latest(
    headers: dict[str, str], reset_time: object, at: datetime
) -> None:
    answer = replace(limited(headers, {"reset_time": reset_time}), received_at=at)
    error = refusal("p/x", answer)
    assert error.retry_at is not None
    assert error.retry_at <= latest_retry(at) <= at + timedelta(days=2)


def test_the_message_is_quoted_within_bounds() -> None:
    assert message_of({"error": True, "reason": "Invalid timezone"}) == "Invalid timezone"
    assert message_of({"message": "a\n b"}) == "a b"
    assert message_of({"error": "x" * 1000}) == "x" * 200 + "…"
    assert message_of({"error": True}) is None


def test_real_error_bodies_are_quoted(recorded: Callable[[str], Path]) -> None:
    for name, told in json.loads(recorded("opendatasoft/error_bodies.json").read_bytes()).items():
        answer = Answer("http://p/x", told["http"], {}, "", json.dumps(told["body"]).encode(), ASKED, ASKED)
        error = refusal("p/x", answer)
        assert (told["body"].get("message") or told["body"]["error"])[:150] in str(error), name
        assert (error.retry_at is not None) == (told["http"] == 429)
