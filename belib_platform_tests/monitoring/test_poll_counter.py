"""The counter of polls: right, and never lower than before, whatever happens to the ledger."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from belib_platform.monitoring.poll_counter import BEGUN, READS, Attempts, PollCounter

DAY = 100
"""Milliseconds after which an attempt is taken for settled here."""

attempts = st.builds(
    lambda source, outcome, ms, origin: {"source": source, "outcome": outcome, "fetched_at_ms": ms, "origin": origin},
    st.sampled_from(["belib", "open_meteo"]),
    st.sampled_from(["sound", "failed", BEGUN]),
    st.integers(1, 1000),
    st.sampled_from(["poll", "poll", "import"]),
)


def reading(ledger: Sequence[dict[str, Any]]) -> Attempts:
    """What a MongoDB with these attempts answers."""

    def between(after: int, until: int, limit: int) -> list[dict[str, Any]]:
        found = [attempt for attempt in ledger if after < attempt["fetched_at_ms"] <= until]
        return sorted(found, key=lambda attempt: attempt["fetched_at_ms"])[:limit]

    return between


def until(ledger: Sequence[dict[str, Any]], now: int) -> list[dict[str, Any]]:
    """All attempts up to an instant."""
    return [attempt for attempt in ledger if attempt["fetched_at_ms"] <= now]


def truth(ledger: Sequence[dict[str, Any]], now: int) -> Counter[tuple[str, str]]:
    """Polls that have ended, and those that never will."""
    return Counter(
        (attempt["source"], attempt["outcome"])
        for attempt in ledger
        if attempt["origin"] == "poll"
        and attempt["fetched_at_ms"] <= now
        and (attempt["outcome"] != BEGUN or attempt["fetched_at_ms"] <= now - DAY)
    )


@given(st.lists(attempts, max_size=40), st.lists(st.integers(1, 1000), min_size=1, max_size=5))
def test_every_poll_counts_once_however_often_one_times(ledger: list[dict[str, Any]], times: list[int]) -> None:
    counter = PollCounter()
    for now in sorted(times):
        assert counter.count(reading(ledger), settled_before=now - DAY, recent=until(ledger, now)) == truth(ledger, now)


@given(st.lists(st.lists(attempts, max_size=15), min_size=1, max_size=5), st.lists(st.integers(1, 1000), min_size=5))
def test_it_never_goes_down_though_the_ledger_loses_attempts_and_the_clock_jumps(
    ledgers: list[list[dict[str, Any]]], clock: list[int]
) -> None:
    counter, before = PollCounter(), Counter[tuple[str, str]]()
    for ledger, now in zip(ledgers, clock, strict=False):
        counted = counter.count(reading(ledger), settled_before=now - DAY, recent=until(ledger, now))
        assert counted is not None
        assert all(counted[key] >= count for key, count in before.items())
        before = Counter(counted)


@given(st.lists(attempts, max_size=30), st.lists(attempts, max_size=30), st.integers(1, 900))
def test_a_clock_that_was_ahead_for_one_observation_costs_no_count(
    before: list[dict[str, Any]], after: list[dict[str, Any]], now: int
) -> None:
    past = [{**attempt, "fetched_at_ms": 1 + attempt["fetched_at_ms"] % now, "outcome": "sound"} for attempt in before]
    later = [{**attempt, "fetched_at_ms": now + attempt["fetched_at_ms"], "outcome": "failed"} for attempt in after]
    counter, ahead = PollCounter(), now + 10 * DAY
    counter.count(reading(past), settled_before=ahead, recent=[])
    ledger, at = past + later, now + 1001
    counted = counter.count(reading(ledger), settled_before=at - DAY, recent=until(ledger, at))
    assert counted == truth(ledger, at)


def test_a_long_ledger_is_read_in_several_counts_and_has_no_count_until_then() -> None:
    ledger = [
        {"source": "belib", "outcome": "sound", "fetched_at_ms": ms // 2, "origin": "poll"} for ms in range(2, 102)
    ]
    counter, times = PollCounter(at_once=10), 0
    while (counted := counter.count(reading(ledger), settled_before=1000, recent=[])) is None:
        times += 1
    assert times >= 100 // (10 * READS)
    assert counted == {("belib", "sound"): 100}
