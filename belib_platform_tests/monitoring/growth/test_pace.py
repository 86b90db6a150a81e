"""What a pace is, of whatever grows."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from belib_platform.monitoring.growth.growth import Growth, closed_days, of_rows, pace

TODAY = date(2025, 3, 31)


def test_the_days_are_the_seven_before_today_across_any_border() -> None:
    assert closed_days(TODAY) == [date(2025, 3, day) for day in range(24, 31)]
    assert closed_days(date(2024, 3, 1))[-1] == date(2024, 2, 29)


@given(st.dictionaries(st.dates(), st.integers(0, 10**12)))
def test_a_pace_is_the_mean_of_the_days_that_have_any_and_lies_between_them(by_day: dict[date, int]) -> None:
    some = [count for count in by_day.values() if count]
    found = pace(by_day)
    if not some:
        assert found is None
    else:
        assert found == pytest.approx(sum(some) / len(some))
        assert min(some) <= found <= max(some)


@given(st.dictionaries(st.dates(), st.integers(1, 10**9)), st.dates())
def test_days_without_any_change_no_pace(by_day: dict[date, int], empty: date) -> None:
    assert pace({**dict.fromkeys([empty, empty - timedelta(days=1)] if empty > date.min else [], 0), **by_day}) == pace(
        by_day
    )


def test_rows_to_come_are_as_large_as_those_there_are() -> None:
    assert of_rows("S", "n", 100, 5_000, 10.0).bytes_per_day == 500
    assert of_rows("S", "n", 0, 8_192, 10.0).bytes_per_day is None
    assert of_rows("S", "n", 100, None, 10.0).bytes_per_day is None
    assert of_rows("S", "n", 100, 5_000, None) == Growth(store="S", name="n", rows=100, bytes=5_000)
