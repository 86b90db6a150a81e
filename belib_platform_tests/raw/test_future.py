"""Pages and attempts from the future: a clock was ahead when they were noted, and they are no news."""

from datetime import UTC, datetime, timedelta

import pytest

from belib_platform.raw.ledger import LOOK_BACK
from belib_platform.raw.polling import PollError, poll
from belib_platform.raw.response import epoch_ms
from belib_platform.raw.store import RawStore
from belib_platform.sources.belib_realtime import BELIB
from belib_platform.sources.http import HttpPolicy
from belib_platform.sources.refusal import latest_retry
from belib_platform_tests.raw.made_pages import response
from belib_platform_tests.raw.portal import settings_for
from belib_platform_tests.sources.local_server import answering, serving

RAW = BELIB.collection
MINUTE = timedelta(minutes=1)
TEN_YEARS = timedelta(days=3650)
LIMITED = answering({"error": "Too many"}, 429, {"Retry-After": "315360000"})


def now() -> datetime:
    """The present, as the stores keep it."""
    return datetime.now(UTC).replace(microsecond=0)


@pytest.mark.parametrize("ahead", [MINUTE, timedelta(days=1), TEN_YEARS])
@pytest.mark.parametrize("count", [1, LOOK_BACK + 1, 301])
def test_however_many_lie_in_the_future_the_newest_is_that_of_the_present(
    store: RawStore, ahead: timedelta, count: int
) -> None:
    present = response([{}] * 3, now() - MINUTE)
    store.keep(RAW, [present, *(response([{}], now() + ahead + n * MINUTE) for n in range(count))])
    newest, attempt = store.responses(RAW).newest("belib"), store.ledger.newest_poll("belib")
    assert newest is not None
    assert newest.id == present.id
    assert attempt is not None
    assert attempt["page_id"] == present.id


def test_where_all_lies_in_the_future_there_is_no_newest(store: RawStore) -> None:
    store.keep(RAW, [response([{}], now() + MINUTE)])
    assert store.responses(RAW).newest("belib") is None
    assert store.ledger.newest_poll("belib") is None


def test_another_worker_may_be_some_seconds_ahead(store: RawStore) -> None:
    ahead = response([{}], now() + timedelta(seconds=5))
    store.keep(RAW, [ahead])
    newest = store.responses(RAW).newest("belib")
    assert newest is not None
    assert newest.id == ahead.id
    assert store.ledger.ahead(now()) == {}


def test_what_lies_ahead_is_known_by_source(store: RawStore) -> None:
    at = now()
    for source, minutes in (("belib", 1), ("belib", 7), ("belib", -1), ("open_meteo", 3), ("belib_static", -3)):
        store.ledger.begin(source, at + minutes * MINUTE, "poll")
    assert store.ledger.ahead(at) == {"belib": at + 7 * MINUTE, "open_meteo": at + 3 * MINUTE}
    assert store.ledger.ahead(at + 5 * MINUTE) == {"belib": at + 7 * MINUTE}
    assert store.ledger.ahead(at + 7 * MINUTE) == {}


def noted(store: RawStore, at: datetime, outcome: str, retry_at: datetime) -> None:
    """An attempt as one was noted before there was a bound."""
    store.ledger.begin("belib", at, "poll")
    store.ledger.end("belib", at, outcome, reason="said so", retry_at_ms=epoch_ms(retry_at))


def outcome_of_poll(store: RawStore, quick: HttpPolicy) -> str:
    """What comes of a poll of a source that limits us for ten years."""
    with serving(LIMITED) as server, pytest.raises(PollError):
        poll(BELIB, settings_for(server), store, quick)
    newest = store.ledger.newest_poll("belib")
    assert newest is not None
    assert newest["retry_at_ms"] <= epoch_ms(latest_retry(now()))
    return str(newest["outcome"])


@pytest.mark.parametrize("outcome", ["refused", "not_asked"])
@pytest.mark.parametrize(("days", "expected"), [(0, "not_asked"), (3, "refused")])
def test_a_limit_of_years_that_was_noted_ends_after_the_next_day(
    store: RawStore, quick: HttpPolicy, outcome: str, days: int, expected: str
) -> None:
    noted(store, now() - timedelta(days=days) - MINUTE, outcome, now() + TEN_YEARS)
    assert outcome_of_poll(store, quick) == expected


def test_a_limit_does_not_grow_by_being_kept_to(store: RawStore, quick: HttpPolicy) -> None:
    first = now() - timedelta(days=1)
    noted(store, first, "refused", now() + TEN_YEARS)
    assert outcome_of_poll(store, quick) == "not_asked"
    newest = store.ledger.newest_poll("belib")
    assert newest is not None
    assert newest["retry_at_ms"] == epoch_ms(latest_retry(first))


def test_a_limit_noted_in_the_future_is_none(store: RawStore, quick: HttpPolicy) -> None:
    noted(store, now() + timedelta(days=9), "refused", now() + timedelta(days=10))
    assert outcome_of_poll(store, quick) == "refused"


def test_a_limit_of_years_is_cut_and_the_ledger_says_so(store: RawStore, quick: HttpPolicy) -> None:
    assert outcome_of_poll(store, quick) == "refused"
    newest = store.ledger.newest_poll("belib")
    assert newest is not None
    assert "it wants no request before" in newest["reason"]
    [response] = store.responses(RAW).all_responses(now().date() - timedelta(days=1), now().date())
    assert response.reason == newest["reason"]
