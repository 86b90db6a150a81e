"""The recipe for a check in CONTRIBUTING.md, run by Dagster."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import dagster as dg
import polars as pl
import pytest

from belib_platform.checks.check import Check
from belib_platform.checks.finding import Finding, none_of
from belib_platform.checks.results import check_result


def every_point_has_a_power(points: pl.DataFrame) -> Finding:
    """The power of every charge point is known; a warning, because the static set may lack new points."""
    return none_of(points.filter(pl.col("power_kw").is_null()), judged=points.height, is_warning=True)


EVERY_POINT_HAS_A_POWER = Check(
    "every_point_has_a_power",
    "The power of every charge point is known.",
    lambda draft: every_point_has_a_power(draft.rows),
)

POINTS = pl.DataFrame({"charge_point_id": ["FR*V75*EPX11*01*1", "FR*V75*EPX11*01*2"], "power_kw": [7.0, None]})


@pytest.mark.parametrize(("points", "passed"), [(POINTS, False), (POINTS.head(1), True)])
def test_dagster_knows_the_check_and_what_it_found(points: pl.DataFrame, passed: bool) -> None:
    check = EVERY_POINT_HAS_A_POWER

    @dg.asset(check_specs=[check.spec("charge_point")])
    def charge_point() -> Iterator[Any]:
        yield check_result("charge_point", check.name, check.judge(SimpleNamespace(rows=points)))
        yield dg.Output(None)

    [found] = dg.materialize([charge_point]).get_asset_check_evaluations()
    assert (found.check_name, found.passed, found.severity) == (check.name, passed, dg.AssetCheckSeverity.WARN)
    assert found.metadata["offending"].value == int(not passed)
    assert ("sample" in found.metadata) is not passed
