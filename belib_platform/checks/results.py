"""From findings to Dagster: check results first, a failure when a blocking one is false, and only then the output."""

from collections.abc import Iterator, Mapping, Sequence

import dagster as dg
import polars as pl

from belib_platform.checks.finding import Finding
from belib_platform.checks.findings import new_rows
from belib_platform.checks.rows import rows_keep_their_contract
from belib_platform.checks.specs import BLOCKING, CONTRACT_KEPT
from belib_platform.contracts.contract import name
from belib_platform.markdown import table
from belib_platform.warehouse.notes import fingerprint
from belib_platform.warehouse.warehouse import Table
from belib_platform.warehouse.window import Window

PLOTTED = (
    "freshness_age_minutes",
    "fresh_ratio",
    "unknown_ratio",
    "records",
    "rejected_ratio",
    "differing",
    "hours_covered",
)
"""Numbers of checks that are the asset's metadata, too: the UI draws a line over time of each."""

PREVIEW_ROWS = 5

Yielded = dg.AssetCheckResult | dg.Output[Sequence[Window]]


def checked(
    context: dg.AssetExecutionContext,
    own: Table,
    windows: Sequence[Window],
    findings: Mapping[str, Finding],
) -> Iterator[Yielded]:
    """Yield every declared check, then the output; of several days each is told its own counts.

    Raises dagster.Failure, without retries, when a blocking check is false: nothing is written, nothing downstream
    runs. It names the windows.
    """
    contract = own.contract
    rows = new_rows(contract, windows)
    all_findings = {CONTRACT_KEPT: rows_keep_their_contract(contract, rows), **findings}
    for check, finding in all_findings.items():
        yield check_result(name(contract), check, finding)
    broken = [check for check, finding in all_findings.items() if check in BLOCKING and not finding.passed]
    if broken:
        days = ", ".join(window.key for window in windows if window.frame is not None)
        raise dg.Failure(
            f"{name(contract)}: {', '.join(broken)} is false for {days}; nothing was written.", allow_retries=False
        )
    if len(windows) > 1:
        for window in windows:
            context.add_asset_metadata(_counts([window]), partition_key=window.key)
    metadata = {**_counts(windows), **_plotted(all_findings), **_preview(rows)}
    yield dg.Output(windows, metadata=metadata, data_version=_data_version(windows))


def check_result(asset: str, check: str, finding: Finding) -> dg.AssetCheckResult:
    """What Dagster is told of a finding."""
    sample = finding.sample
    shown = {"sample": dg.MetadataValue.md(table(sample))} if sample is not None and sample.height else {}
    severity = dg.AssetCheckSeverity.WARN if finding.is_warning else dg.AssetCheckSeverity.ERROR
    return dg.AssetCheckResult(
        passed=finding.passed,
        check_name=check,
        asset_key=asset,
        severity=severity,
        metadata={**finding.numbers, **shown},
    )


def _counts(windows: Sequence[Window]) -> dict[str, int]:
    return {
        "dagster/row_count": sum(window.row_count for window in windows),
        "rejected_records": sum(window.rejected_records for window in windows),
        "windows": len(windows),
    }


def _plotted(findings: Mapping[str, Finding]) -> dict[str, float | int | str]:
    numbers = {name: number for finding in findings.values() for name, number in finding.numbers.items()}
    return {name: numbers[name] for name in PLOTTED if name in numbers and numbers[name] != float("inf")}


def _preview(rows: pl.DataFrame) -> dict[str, dg.MetadataValue]:
    return {"preview": dg.MetadataValue.md(table(rows.head(PREVIEW_ROWS)))} if rows.height else {}


def _data_version(windows: Sequence[Window]) -> dg.DataVersion:
    if len(windows) == 1:
        return dg.DataVersion(windows[0].plan.fingerprint)
    return dg.DataVersion(fingerprint([], [window.plan.fingerprint for window in windows]))
