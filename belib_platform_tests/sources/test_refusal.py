"""What refusing sources say, in every way they have of saying it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from belib_platform.sources.answer import Answer
from belib_platform.sources.refusal import message_of, refusal, retry_at

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
