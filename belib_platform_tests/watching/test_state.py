"""What is remembered of a watch, against a count by hand over any sequence of readings and deliveries."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from belib_platform.watching.reading import Reading
from belib_platform.watching.state import WatchState

START = datetime(2025, 5, 6, 12, tzinfo=UTC)
LATER = timedelta(minutes=16)
"""Longer than any wait for another try."""

STEPS = st.lists(st.tuples(st.integers(0, 3), st.booleans()), max_size=30)
"""How many are free at each reading, and whether the receiver takes a message then."""


@given(STEPS, st.integers(1, 2))
def test_each_time_it_becomes_true_is_told_once_or_replaced_by_a_newer_time(
    steps: list[tuple[int, bool]], at_least: int
) -> None:
    state, now, was_true = WatchState(fingerprint="of a test"), START, False
    told: list[datetime] = []
    untold: datetime | None = None
    for count, takes in [*steps, (0, True)]:
        now += LATER
        state = WatchState.model_validate_json(
            state.judged(Reading(count=count), now, at_least).model_dump_json()  # as after a restart
        )
        is_true = count >= at_least
        untold = now if is_true and not was_true else untold
        was_true = is_true
        assert state.is_true is is_true
        assert state.judged_at == now
        assert (state.waiting and state.waiting.read_at) == untold
        assert state.is_due(now) is (untold is not None)
        if state.waiting is None:
            continue
        assert (state.waiting.ended_at is None) is is_true
        if takes:
            told.append(state.waiting.read_at)
            state, untold = state.delivered(), None
            assert state.judged_at == now
        else:
            state = state.failed(now)
            assert not state.is_due(now)
    assert untold is None
    assert told == sorted(set(told))
