"""The rule of time asked of every second of a day by itself: slow, and written from the rule's words alone."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl

COLUMN_OF = {
    "AVAILABLE": "available_s",
    "CHARGING": "charging_s",
    "RESERVED": "reserved_s",
    "OUTOFORDER": "out_of_order_s",
    "UNKNOWN": "unknown_s",
    "PLANNED": "not_in_service_s",
    "INOPERATIVE": "not_in_service_s",
    "REMOVED": "not_in_service_s",
}
UNOBSERVED = "unobserved_s"
SECOND_ENDS_MS = np.arange(1, 86_401) * 1000


def states_of(day: date, runs: pl.DataFrame) -> dict[str, np.ndarray]:
    """By point, the column each of the day's 86,400 seconds counts for.

    A second counts for what held at its end: so no second counts twice, and none is cut.
    """
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    by_point: dict[str, list[dict]] = defaultdict(list)
    for run in runs.sort("first_seen_at").iter_rows(named=True):
        by_point[run["charge_point_id"]].append(run)
    return {point: _seconds(midnight, mine) for point, mine in by_point.items()}


def hours_of(
    day: date, runs: pl.DataFrame, group_of: dict[str, tuple[str, float]]
) -> dict[tuple[int, str, float], dict[str, int]]:
    """By hour, station and power: seconds in each column, points, and seconds in which none was free."""
    members: dict[tuple[str, float], list[np.ndarray]] = defaultdict(list)
    for point, states in states_of(day, runs).items():
        members[group_of[point]].append(states.reshape(24, 3600))
    return {
        (hour, *group): {
            **{
                column: int(sum((s[hour] == column).sum() for s in states))
                for column in {*COLUMN_OF.values(), UNOBSERVED}
            },
            "point_count": len(states),
            "no_point_free_s": int(
                np.all([(s[hour] != "available_s") & (s[hour] != UNOBSERVED) for s in states], axis=0).sum()
            ),
        }
        for group, states in members.items()
        for hour in range(24)
    }


def _seconds(midnight: datetime, mine: list[dict]) -> np.ndarray:
    states = np.full(86_400, UNOBSERVED, dtype="<U16")
    for number, run in enumerate(mine):
        gap_limit = run["holds_until"] - run["last_seen_at"]
        start = run["first_seen_at"]
        if number == 0 and start - midnight <= gap_limit / 2:
            start = midnight
        following = mine[number + 1]["first_seen_at"] if number + 1 < len(mine) else None
        is_followed = following is not None and following <= run["holds_until"]
        end = following if is_followed else run["last_seen_at"] + gap_limit / 2
        held = (_ms(start - midnight) < SECOND_ENDS_MS) & (_ms(end - midnight) >= SECOND_ENDS_MS)
        states[held] = COLUMN_OF[run["status"]]
    return states


def _ms(since: timedelta) -> float:
    return since / timedelta(milliseconds=1)
