"""The rule of time asked of every second of a day by itself: slow, and written from the rule's words alone."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

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
NOBODY = -1
SECOND_ENDS_MS = np.arange(1, 86_401) * 1000


class Held(NamedTuple):
    """The runs of one charge point or station in order, and the number of the one that holds at each second's end.

    NOBODY where none holds. A second counts for what held at its end: so no second counts twice, and none is cut.
    """

    runs: list[dict[str, Any]]
    numbers: np.ndarray


def held_by(day: date, runs: pl.DataFrame, key: str) -> dict[str, Held]:
    """By charge point or station, which run holds in each of the day's 86,400 seconds."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    by_key: dict[str, list[dict]] = defaultdict(list)
    for run in runs.sort("first_seen_at").iter_rows(named=True):
        by_key[run[key]].append(run)
    return {own: Held(mine, _numbers(midnight, mine)) for own, mine in by_key.items()}


def states_of(day: date, runs: pl.DataFrame) -> dict[str, np.ndarray]:
    """By point, the column each of the day's 86,400 seconds counts for."""
    return {
        point: np.array([*(COLUMN_OF[run["status"]] for run in held.runs), UNOBSERVED])[held.numbers]
        for point, held in held_by(day, runs, "charge_point_id").items()
    }


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


def _numbers(midnight: datetime, mine: list[dict]) -> np.ndarray:
    numbers = np.full(86_400, NOBODY)
    for number, run in enumerate(mine):
        gap_limit = run["holds_until"] - run["last_seen_at"]
        start = run["first_seen_at"]
        if number == 0 and start - midnight <= gap_limit / 2:
            start = midnight
        following = mine[number + 1]["first_seen_at"] if number + 1 < len(mine) else None
        is_followed = following is not None and following <= run["holds_until"]
        end = following if is_followed else run["last_seen_at"] + gap_limit / 2
        held = (_ms(start - midnight) < SECOND_ENDS_MS) & (_ms(end - midnight) >= SECOND_ENDS_MS)
        numbers[held] = number
    return numbers


def _ms(since: timedelta) -> float:
    return since / timedelta(milliseconds=1)
