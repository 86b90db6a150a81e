"""From findings to Dagster: check results first, a failure when a blocking one is false, and only then the output."""

from collections.abc import Iterator, Mapping, Sequence

import dagster as dg

from belib_platform.checks.finding import Finding
from belib_platform.checks.findings import new_rows
from belib_platform.checks.previews import preview
from belib_platform.checks.rows import rows_keep_their_contract
from belib_platform.checks.specs import BLOCKING, CONTRACT_KEPT
from belib_platform.contracts import clean
from belib_platform.contracts.contract import Contract, name
from belib_platform.markdown import table
from belib_platform.warehouse.notes import fingerprint
from belib_platform.warehouse.partition import Partition
from belib_platform.warehouse.warehouse import Table

PLOTTED: dict[type[Contract], tuple[str, ...]] = {
    clean.Poll: ("freshness_age_minutes", "fresh_ratio", "unknown_ratio", "records"),
    clean.ChargePointStatus: ("rejected_ratio", "differing"),
    clean.ChargePointDay: ("rejected_ratio",),
    clean.WeatherForecast: ("rejected_ratio", "hours_covered"),
}
"""Numbers of checks that are the table's metadata, too: the UI draws a line over time of each."""

Yielded = dg.AssetCheckResult | dg.Output[Sequence[Partition]]


def checked(
    context: dg.AssetExecutionContext,
    own: Table,
    partitions: Sequence[Partition],
    findings: Mapping[str, Finding],
) -> Iterator[Yielded]:
    """Yield every declared check, then the output; of several days each is told its own counts.

    Raises dagster.Failure, without retries, when a blocking check is false: nothing is written, nothing downstream
    runs. It names the windows.
    """
    contract = own.contract
    rows = new_rows(contract, partitions)
    all_findings = {CONTRACT_KEPT: rows_keep_their_contract(contract, rows), **findings}
    for check, finding in all_findings.items():
        yield check_result(name(contract), check, finding)
    broken = {check: found for check, found in all_findings.items() if check in BLOCKING and not found.passed}
    if broken:
        days = ", ".join(partition.key for partition in partitions if partition.frame is not None)
        raise dg.Failure(
            f"{name(contract)}: {', '.join(broken)} is false for {days}; nothing was written.",
            {check: sample for check, found in broken.items() if (sample := _sample(found))},
            allow_retries=False,
        )
    if len(partitions) > 1:
        for partition in partitions:
            context.add_asset_metadata(_counts([partition]), partition_key=partition.key)
    shown = {"preview": dg.MetadataValue.md(table(preview(contract, rows)))} if rows.height else {}
    metadata = {**_counts(partitions), **_plotted(contract, all_findings), **shown}
    yield dg.Output(partitions, metadata=metadata, data_version=_data_version(partitions))


def check_result(asset: str, check: str, finding: Finding) -> dg.AssetCheckResult:
    """What Dagster is told of a finding."""
    sample = _sample(finding)
    severity = dg.AssetCheckSeverity.WARN if finding.is_warning else dg.AssetCheckSeverity.ERROR
    return dg.AssetCheckResult(
        passed=finding.passed,
        check_name=check,
        asset_key=asset,
        severity=severity,
        metadata={**finding.numbers, **({"sample": sample} if sample else {})},
    )


def _sample(finding: Finding) -> dg.MarkdownMetadataValue | None:
    """Rows that are not as they should be."""
    found = finding.sample
    return dg.MetadataValue.md(table(found)) if found is not None and found.height else None


def _counts(partitions: Sequence[Partition]) -> dict[str, int]:
    return {
        "dagster/row_count": sum(partition.row_count for partition in partitions),
        "rejected_records": sum(partition.rejected_records for partition in partitions),
    }


def _plotted(contract: type[Contract], findings: Mapping[str, Finding]) -> dict[str, float | int | str]:
    numbers = {name: number for finding in findings.values() for name, number in finding.numbers.items()}
    plotted = PLOTTED.get(contract, ())
    return {name: numbers[name] for name in plotted if name in numbers and numbers[name] != float("inf")}


def _data_version(partitions: Sequence[Partition]) -> dg.DataVersion:
    if len(partitions) == 1:
        return dg.DataVersion(partitions[0].plan.fingerprint)
    return dg.DataVersion(fingerprint([], [partition.plan.fingerprint for partition in partitions]))
