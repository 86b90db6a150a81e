"""The recipe for a check in CONTRIBUTING.md, run by Dagster."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import polars as pl
import pytest
from belib_platform.checks.specs import SENTENCES, check_specs

from belib_platform.checks.finding import Finding, none_of
from belib_platform.checks.results import check_result
from belib_platform.contracts.clean import ChargePoint


def every_point_has_a_power(points: pl.DataFrame) -> Finding:
    """Whether the power of every charge point is known; a warning, because the static set may lack new points."""
    return none_of(points.filter(pl.col("power_kw").is_null()), judged=points.height, is_warning=True)


SENTENCE = {"every_point_has_a_power": "The power of every charge point is known."}

POINTS = pl.DataFrame({"charge_point_id": ["FR*V75*EPX11*01*1", "FR*V75*EPX11*01*2"], "power_kw": [7.0, None]})


@pytest.mark.parametrize(("points", "passed"), [(POINTS, False), (POINTS.head(1), True)])
def test_dagster_knows_the_check_and_what_it_found(
    points: pl.DataFrame, passed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SENTENCES, ChargePoint, SENTENCE)
    specs = [spec for spec in check_specs(ChargePoint) if spec.name in SENTENCE]

    @dg.asset(check_specs=specs)
    def charge_point() -> Iterator[Any]:
        yield check_result("charge_point", "every_point_has_a_power", every_point_has_a_power(points))
        yield dg.Output(None)

    [found] = dg.materialize([charge_point]).get_asset_check_evaluations()
    assert (found.check_name, found.passed, found.severity) == (*SENTENCE, passed, dg.AssetCheckSeverity.WARN)
    assert found.metadata["offending"].value == int(not passed)
    assert ("sample" in found.metadata) is not passed
