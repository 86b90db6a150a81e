from datetime import UTC, datetime

import pytest

from belib_platform.simulator.rhythm import OCCUPANCY, arrival_rates, hour_of_week


def _hours(first: datetime, count: int) -> list[int]:
    start = int(first.timestamp())
    return hour_of_week(start, start + count * 3600)


def test_spring_skips_a_local_hour() -> None:
    sunday = 6 * 24
    assert _hours(datetime(2025, 3, 30, 0, tzinfo=UTC), 3) == [sunday + 1, sunday + 3, sunday + 4]


def test_autumn_repeats_a_local_hour() -> None:
    sunday = 6 * 24
    assert _hours(datetime(2025, 10, 25, 23, tzinfo=UTC), 4) == [sunday + 1, sunday + 2, sunday + 2, sunday + 3]


@pytest.mark.parametrize("session_s", [3600, 4 * 3600])
@pytest.mark.parametrize("popularity", [0.3, 1.0, 1.7])
def test_arrivals_keep_the_share_occupied(popularity: float, session_s: float) -> None:
    share = popularity * OCCUPANCY[0]
    rates = arrival_rates(popularity, session_s)
    for minute in range(14 * 168 * 60):
        assert rates[minute // 60 % 168] > 0
        share += 60 * (rates[minute // 60 % 168] * (1 - share) - share / session_s)
        if minute % (168 * 60) == 10 * 60:
            assert share == pytest.approx(popularity * OCCUPANCY[10], abs=0.005)
