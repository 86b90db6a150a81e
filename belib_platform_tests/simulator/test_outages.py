import json
from datetime import timedelta
from itertools import pairwise

import pytest

from belib_platform.simulator.outages import OutageKind
from belib_platform.simulator.paris import Paris


def _answer(paris: Paris, kind: OutageKind) -> bytes | None:
    outage = next(o for o in paris.outages if o.kind == kind)
    answer = paris.realtime_answer(min(outage.ends_at, paris.ends_at) - timedelta(seconds=1))
    return answer.body if answer else None


def test_sound_outside_of_outages(full_paris: Paris) -> None:
    after = full_paris.outages[0].ends_at
    answer = full_paris.realtime_answer(after)
    assert answer is not None
    assert answer.body == full_paris.realtime_body(after)


@pytest.mark.parametrize("kind", ["error", "html", "empty", "truncated"])
def test_what_is_no_list_of_records(full_paris: Paris, kind: OutageKind) -> None:
    body = _answer(full_paris, kind)
    assert body is not None
    try:
        assert json.loads(body) in ([], {"error_code": "InternalServerError", "message": "Internal Server Error"})
    except ValueError:
        assert kind in ("html", "truncated")


def test_a_frozen_feed_repeats_itself(full_paris: Paris) -> None:
    outage = next(o for o in full_paris.outages if o.kind == "frozen")
    assert _answer(full_paris, "frozen") == full_paris.realtime_body(outage.starts_at)


def test_a_silent_feed_answers_nothing(full_paris: Paris) -> None:
    assert _answer(full_paris, "silent") is None


def test_outages_do_not_overlap_and_are_few(full_paris: Paris) -> None:
    outages = full_paris.outages
    assert all(a.ends_at <= b.starts_at for a, b in pairwise(outages))
    assert sum((o.ends_at - o.starts_at for o in outages), timedelta()) < timedelta(days=28 * 0.08)
