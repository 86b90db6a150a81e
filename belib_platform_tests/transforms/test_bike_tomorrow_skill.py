"""Errors of the forecast of tomorrow, against a plain reference."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from belib_platform.contracts.bikes.mart import BikeTomorrowSkill
from belib_platform.contracts.contract import conform
from belib_platform.transforms.bike_tomorrow_skill import bike_tomorrow_skill
from belib_platform.transforms.day_parts import PART
from belib_platform.transforms.local_calendar import starts_at
from belib_platform_tests.examples import examples

TARGET = date(2025, 10, 26)
"""A date of 25 hours."""

WEEK_BEFORE = TARGET - timedelta(weeks=1)
SHARES = ("no_bike_ratio", "no_bike_climatology_ratio", "no_dock_ratio", "no_dock_climatology_ratio")

Cell = dict[str, Any]


def skill(cells: list[Cell]) -> pl.DataFrame:
    """The skill for the morning; each cell is a station's shares: told, came (s of 3,600) and a week before."""
    codes = [f"{1001 + n}" for n in range(len(cells))]
    told = pl.DataFrame(
        [{"station_code": code, "part": "06-10", **dict(zip(SHARES, cell["told"], strict=True))}
         for code, cell in zip(codes, cells, strict=True)],
        schema={"station_code": pl.String, "part": PART, **dict.fromkeys(SHARES, pl.Float64)},
    )  # fmt: skip
    hours = [
        {"hour_at": starts_at(day, 7), "station_code": code, "open_s": 3600 * (cell[when] is not None),
         **dict(zip(("no_bike_s", "no_dock_s"), cell[when] or (0, 0), strict=True))}
        for code, cell in zip(codes, cells, strict=True)
        for day, when in ((TARGET, "came"), (WEEK_BEFORE, "before"))
    ]  # fmt: skip
    schema = {"hour_at": pl.Datetime("ms", "UTC"), "station_code": pl.String}
    of_hours = pl.DataFrame(hours, schema={**schema, **dict.fromkeys(("open_s", "no_bike_s", "no_dock_s"), pl.Int32)})
    made = bike_tomorrow_skill(TARGET, told.lazy(), of_hours.lazy())
    return BikeTomorrowSkill.validate(conform(BikeTomorrowSkill, made))


ratios = st.floats(0, 1)
seconds = st.none() | st.tuples(st.integers(0, 3600), st.integers(0, 3600))
told = st.tuples(ratios, ratios, ratios, ratios) | st.just((None,) * 4)


@given(st.lists(st.fixed_dictionaries({"told": told, "came": seconds, "before": seconds}), max_size=25))
@settings(max_examples=examples(50), deadline=None)
def test_errors_are_means_over_the_stations_that_all_know(cells: list[Cell]) -> None:
    made = skill(cells)
    known = [c for c in cells if c["came"] is not None and c["before"] is not None and c["told"][0] is not None]
    assert made.height == (2 if known else 0)
    for row in made.iter_rows(named=True):
        which = ("bike", "dock").index(row["lacking"])
        came = [c["came"][which] / 3600 for c in known]
        rivals = {
            "": [c["told"][2 * which] for c in known],
            "climatology_": [c["told"][2 * which + 1] for c in known],
            "last_week_": [c["before"][which] / 3600 for c in known],
        }
        assert (row["part"], row["station_count"]) == ("06-10", len(known))
        for prefix, shares in rivals.items():
            wrong = [share - truth for share, truth in zip(shares, came, strict=True)]
            assert row[f"{prefix}squared_error"] == pytest.approx(sum(e**2 for e in wrong) / len(wrong), abs=1e-12)
            assert row[f"{prefix}absolute_error"] == pytest.approx(sum(map(abs, wrong)) / len(wrong), abs=1e-12)
        for rival in ("climatology", "last_week"):
            gain = row[f"{rival}_squared_error"] - row["squared_error"]
            assert row[f"over_{rival}"] == pytest.approx(gain, abs=1e-12)
            low = row[f"over_{rival}_low"]
            assert (low is None) == (len(known) < 10)
            assert row[f"is_better_than_{rival}"] == (low is not None and low > 0)


def test_a_forecast_that_is_right_is_better_and_one_that_is_no_better_is_called_so() -> None:
    came = [(90 * n, 90 * n) for n in range(40)]
    right = [{"told": (s / 3600, 1.0, 0.5, 0.5), "came": (s, s), "before": (s, 3600 - s)} for s, _ in came]
    bike, dock = skill(right).sort("lacking").iter_rows(named=True)
    assert (bike["squared_error"], bike["is_better_than_climatology"]) == (0, True)
    assert bike["last_week_squared_error"] == 0
    assert not bike["is_better_than_last_week"], "last week was right, too"
    assert not dock["is_better_than_climatology"], "it is the same"
    assert dock["over_climatology"] == dock["over_climatology_low"] == 0
