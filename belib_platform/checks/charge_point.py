"""The check of `charge_point`."""

import polars as pl

from belib_platform.checks.check import Check
from belib_platform.checks.finding import Finding, none_of


def every_point_has_a_station(points: pl.DataFrame) -> Finding:
    """Every charge point has a station, from the static set or derived from its id."""
    finding = none_of(points.filter(pl.col("station_id").is_null()), points.height)
    derived = int(points["is_station_derived"].sum())
    return finding._replace(numbers={**finding.numbers, "derived": derived})


CHECKS = (
    Check(
        "every_point_has_a_station",
        "Every charge point has a station.",
        lambda draft: every_point_has_a_station(draft.rows),
    ),
)
