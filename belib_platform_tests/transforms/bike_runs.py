"""Runs of bike stations for tests, drawn or told."""

from datetime import datetime, timedelta
from typing import Any

import polars as pl
from hypothesis import strategies as st

from belib_platform.contracts.bikes.clean import BikeStationStatus
from belib_platform.contracts.contract import frame_schema
from belib_platform_tests.transforms.polls import MIDNIGHT

STATIONS = ("16107", "1012", "42207_relais")
FLAGS = ("is_installed", "is_renting", "is_returning", "is_reporting")
OPEN = dict.fromkeys(FLAGS, True)
LIMIT = timedelta(minutes=15)
DAY_MS = 86_400_000


def bike_run(
    station: str, first: datetime, last: datetime | None = None, limit: timedelta = LIMIT, **state: Any
) -> dict[str, Any]:
    """A run of an open station with three bikes of each kind and ten docks, unless said otherwise; one poll long."""
    last = last or first
    seen = {"station_code": station, "first_seen_at": first, "last_seen_at": last, "holds_until": last + limit}
    return {**seen, "mechanical": 3, "ebike": 3, "docks": 10, "poll_count": 1, **OPEN, **state}


def bike_runs(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Rows of BikeStationStatus."""
    return BikeStationStatus.validate(pl.DataFrame(rows, schema=frame_schema(BikeStationStatus)))


@st.composite
def drawn_bike_runs(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Runs of some stations on one UTC day, which end in time or not, with milliseconds."""
    counts, mostly = st.integers(0, 12) | st.integers(0, 60), st.sampled_from([True] * 5 + [False])
    pauses = st.integers(1, 1000) | st.sampled_from([300_000, 900_000, 900_001]) | st.integers(1, 40_000_000)
    rows = []
    for station in draw(st.lists(st.sampled_from(STATIONS), unique=True)):
        at = draw(st.integers(0, 3_600_000) | st.integers(0, DAY_MS - 1))
        for _ in range(draw(st.integers(1, 12))):
            lasts = draw(st.sampled_from([0, 0, 300_000]) | st.integers(0, 12_000_000))
            first, last = (MIDNIGHT + timedelta(milliseconds=min(ms, DAY_MS - 1)) for ms in (at, at + lasts))
            limit = timedelta(seconds=3 * draw(st.sampled_from([60, 300, 900])))
            state = {count: draw(counts) for count in ("mechanical", "ebike", "docks")}
            rows.append(bike_run(station, first, last, limit, **state, **{flag: draw(mostly) for flag in FLAGS}))
            at += lasts + draw(pauses)
            if at >= DAY_MS:
                break
    return rows
