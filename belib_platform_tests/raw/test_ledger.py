"""Every attempt leaves its mark, and a mark once settled stays."""

from datetime import date, timedelta
from typing import Any

import pytest

from belib_platform.raw.ledger import LOOK_BACK
from belib_platform.raw.response import epoch_ms
from belib_platform.raw.store import RawStore
from belib_platform_tests.raw.made_pages import NOON, response

RAW = "raw_belib"
DAY = NOON.date()


def only(store: RawStore) -> dict[str, Any]:
    [attempt] = store.ledger.attempts(DAY)
    return attempt


def test_an_attempt_is_noted_before_it_is_made(store: RawStore) -> None:
    store.ledger.begin("belib", NOON, "poll")
    assert only(store) == {
        "_id": f"belib/{epoch_ms(NOON)}",
        "source": "belib",
        "fetched_at_ms": epoch_ms(NOON),
        "origin": "poll",
        "outcome": "asking",
    }


@pytest.mark.parametrize("verdict", ["sound", "refused"])
def test_a_kept_page_settles_its_attempt(store: RawStore, verdict: str) -> None:
    store.ledger.begin("belib", NOON, "poll")
    answer = response([{}], received_at=NOON + timedelta(seconds=2), verdict=verdict, reason="odd")
    store.keep(RAW, [answer])
    settled = only(store)
    assert (settled["outcome"], settled["origin"], settled["reason"]) == (verdict, "poll", "odd")
    assert (settled["page_id"], settled["record_count"]) == (answer.id, 1)
    assert settled["received_at_ms"] == epoch_ms(NOON) + 2000


@pytest.mark.parametrize("outcome", ["failed", "not_asked", "refused", "sound"])
def test_a_settled_attempt_stays_as_it_is(store: RawStore, outcome: str) -> None:
    store.ledger.begin("belib", NOON, "poll")
    store.ledger.end("belib", NOON, outcome, reason="said so")
    before = only(store)
    store.keep(RAW, [response([], origin="import")])
    assert only(store) == before


def test_an_attempt_that_was_killed_stays_asking_and_the_next_stands_beside_it(store: RawStore) -> None:
    store.ledger.begin("belib", NOON, "poll")
    later = NOON + timedelta(minutes=5)
    store.ledger.begin("belib", later, "poll")
    store.keep(RAW, [response([], later)])
    assert [attempt["outcome"] for attempt in store.ledger.attempts(DAY)] == ["asking", "sound"]


def test_a_page_whose_attempt_was_not_settled_settles_it_when_kept_again(store: RawStore) -> None:
    store.ledger.begin("belib", NOON, "poll")
    answer = response([])
    store.keep(RAW, [answer])
    store.ledger.begin("belib", NOON, "poll")  # as if the run had died between the response and the ledger
    assert store.keep(RAW, [answer]).new == []
    assert only(store)["outcome"] == "sound"


def test_attempts_are_those_of_the_utc_day_oldest_first(store: RawStore) -> None:
    midnight = NOON - timedelta(hours=12)
    instants = [midnight + timedelta(hours=h) for h in (0, 23.999, 7, 24)]
    for at in [*instants, midnight - timedelta(milliseconds=1)]:
        store.ledger.begin("open_meteo", at, "poll")
        store.ledger.begin("belib", at, "poll")
    found = [(a["fetched_at_ms"], a["source"]) for a in store.ledger.attempts(DAY)]
    expected = [(epoch_ms(at), s) for at in sorted(instants[:3]) for s in ("belib", "open_meteo")]
    assert found == expected
    assert store.ledger.attempts(date(2024, 1, 1)) == []


def test_the_newest_attempt_of_a_source_is_found_among_others(store: RawStore) -> None:
    assert store.ledger.newest_poll("belib") is None
    store.ledger.begin("belib", NOON, "poll")
    for n in range(1, LOOK_BACK):
        store.ledger.begin("open_meteo", NOON + timedelta(seconds=n), "poll")
    newest = store.ledger.newest_poll("belib")
    assert newest is not None
    assert newest["fetched_at_ms"] == epoch_ms(NOON)
