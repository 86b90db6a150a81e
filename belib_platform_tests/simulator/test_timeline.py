from hypothesis import given
from hypothesis import strategies as st

from belib_platform.simulator.timeline import Timeline


def test_repeats_are_one_stretch() -> None:
    assert Timeline.of([(0, "A"), (5, "A"), (9, "B")]) == Timeline([0, 9], ["A", "B"])


@given(
    starts=st.sets(st.integers(1, 100), max_size=8).map(lambda s: [0, *sorted(s)]),
    gaps=st.lists(st.tuples(st.integers(-10, 110), st.integers(1, 30)).map(lambda g: (g[0], g[0] + g[1])), max_size=4),
)
def test_gaps_cover_and_the_rest_shows_through(starts: list[int], gaps: list[tuple[int, int]]) -> None:
    life = Timeline(starts, ["AB"[i % 2] for i in range(len(starts))])
    covered = life.covered(gaps, "?")
    for second in range(110):
        is_lost = any(lo <= second < hi for lo, hi in gaps)
        assert covered.at(second) == ("?" if is_lost else life.at(second))
    assert covered.starts == sorted(set(covered.starts))
    assert all(a != b for a, b in zip(covered.statuses, covered.statuses[1:], strict=False))
