"""Sightings drawn for tests: what polls of varying cadence said of points that come and go."""

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
from hypothesis import strategies as st

from belib_platform.contracts.clean import ChargePointStatus
from belib_platform.contracts.contract import frame_schema
from belib_platform.contracts.vocabulary import STATUSES

MIDNIGHT = datetime(2026, 1, 5, tzinfo=UTC)
POINTS = ("FR*V75*EPX01*01*1", "FR*V75*EPX01*01*2", "FR*V75*E9001*01*1")


def sighting(point: str, at: datetime, status: str, gap_limit: timedelta, stamp: datetime | None = None) -> dict:
    """One run of length one."""
    return {
        "first_seen_at": at,
        "charge_point_id": point,
        "last_seen_at": at,
        "holds_until": at + gap_limit,
        "status": status,
        "poll_count": 1,
        "source_updated_at": stamp,
    }


def runs(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Rows of ChargePointStatus."""
    return pl.DataFrame(rows, schema=frame_schema(ChargePointStatus))


@st.composite
def polls(draw: st.DrawFn, *, from_s: int = 0, until_s: int = 86_400, most: int = 30) -> list[list[dict]]:
    """Sightings poll by poll, in time order.

    Milliseconds are drawn too, cadences change on the way, points are missing, a poll may have been kept twice.
    """
    words = draw(st.lists(st.sampled_from(STATUSES), min_size=1, max_size=4, unique=True))
    at = draw(st.integers(from_s * 1000, until_s * 1000 - 1))
    said = []
    while at < until_s * 1000 and len(said) < most:
        limit = timedelta(seconds=3 * draw(st.sampled_from([60, 300, 900, 3600])))
        instant = MIDNIGHT + timedelta(milliseconds=at)
        seen = draw(st.lists(st.sampled_from(POINTS), unique=True))
        rows = [sighting(point, instant, draw(st.sampled_from(words)), limit, instant - limit) for point in seen]
        said += [rows] * draw(st.sampled_from([1, 1, 1, 1, 2]))
        at += draw(st.integers(1, 1000) | st.integers(60_000, 12_000_000) | st.sampled_from([900_000, 450_000]))
    return said
