"""Changes of state against a plain loop over what was seen."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from belib_platform.contracts.clean import ChargePointStatus
from belib_platform.contracts.contract import conform
from belib_platform.contracts.vocabulary import STATUSES
from belib_platform.transforms.changes import state_changes
from belib_platform.transforms.runs import CHARGE_POINTS, merge_runs

FIRST = datetime(2025, 3, 29, 22, tzinfo=UTC)
POLL = timedelta(minutes=5)

polls = st.lists(st.dictionaries(st.integers(0, 3), st.sampled_from(STATUSES[:3])), min_size=1, max_size=60)
"""The status of each point at each poll; a point may be absent from any."""


def sightings(seen: list[dict[int, str]], first: int = 0) -> pl.DataFrame:
    """Runs of the polls from one on."""
    rows = [
        {
            "charge_point_id": f"FR*V75*EPX10*11*{point}",
            "first_seen_at": FIRST + n * POLL,
            "last_seen_at": FIRST + n * POLL,
            "holds_until": FIRST + (n + 3) * POLL,
            "status": status,
            "poll_count": 1,
            "source_updated_at": None,
        }
        for n, points in enumerate(seen[first:], first)
        for point, status in points.items()
    ]
    runs = conform(ChargePointStatus, pl.DataFrame(rows, schema=ChargePointStatus.create_empty().schema))
    return conform(ChargePointStatus, merge_runs(runs.lazy()).collect())


def by_a_loop(seen: list[dict[int, str]], first: int) -> list[dict[str, Any]]:
    """The changes of the polls from one on."""
    told, last = [], dict[int, tuple[str, datetime]]()
    for n, points in enumerate(seen):
        at = FIRST + n * POLL
        for point, status in sorted(points.items()):
            before, seen_at = last.get(point, (None, None))
            if status != before and n >= first:
                told.append(
                    {
                        "thing_id": f"FR*V75*EPX10*11*{point}",
                        "before": before,
                        "after": status,
                        "before_last_seen_at": seen_at,
                        "after_first_seen_at": at,
                    }
                )
            last[point] = status, at
    return told


@given(polls, st.data())
def test_changes_are_those_of_a_loop_over_all_polls(seen: list[dict[int, str]], data: st.DataObject) -> None:
    """Over midnight, over gaps, and whichever polls are new."""
    first = data.draw(st.integers(0, len(seen) - 1))
    earlier = sightings(seen[:first]).sort("first_seen_at").unique("charge_point_id", keep="last")
    changes = state_changes(sightings(seen, first), earlier, CHARGE_POINTS)
    told = [
        row | {state: row[state] and json.loads(row[state])["status"] for state in ("before", "after")}
        for row in changes.iter_rows(named=True)
    ]
    assert told == by_a_loop(seen, first)
