"""What the asset of a table reports to Dagster: check results, then the output or a failure."""

from collections.abc import Iterator, Mapping, Sequence

import dagster as dg

from belib_platform.checks.check import Check
from belib_platform.checks.draft import Draft
from belib_platform.checks.finding import Finding
from belib_platform.checks.previews import preview
from belib_platform.checks.registry import CHECKS
from belib_platform.markdown import table
from belib_platform.warehouse.notes import fingerprint
from belib_platform.warehouse.partition import Partition

TableResult = dg.AssetCheckResult | dg.Output[Sequence[Partition]]


def checked(context: dg.AssetExecutionContext, draft: Draft) -> Iterator[TableResult]:
    """Yield the result of each check of a table, then the partitions as the output, with counts of each day.

    Raises dagster.Failure, without retries, when a blocking check is false: nothing is written then, and nothing
    downstream runs. It names the partitions.
    """
    name, partitions = draft.table.name, draft.partitions
    findings = {check: check.judge(draft) for check in CHECKS[name]}
    for check, finding in findings.items():
        yield check_result(name, check.name, finding)
    broken = {check.name: found for check, found in findings.items() if check.is_blocking and not found.passed}
    if broken:
        days = ", ".join(partition.key for partition in partitions if partition.frame is not None)
        raise dg.Failure(
            f"{name}: {', '.join(broken)} is false for {days}; nothing was written.",
            {check: sample for check, found in broken.items() if (sample := _sample(found))},
            allow_retries=False,
        )
    if len(partitions) > 1:
        for partition in partitions:
            context.add_asset_metadata(_counts([partition]), partition_key=partition.key)
    shown = {"preview": dg.MetadataValue.md(table(preview(draft.table, draft.rows)))} if draft.rows.height else {}
    metadata = {**_counts(partitions), **_plotted(findings), **shown}
    yield dg.Output(partitions, metadata=metadata, data_version=_data_version(partitions))


def check_result(asset: str, check: str, finding: Finding) -> dg.AssetCheckResult:
    """How a finding is reported to Dagster."""
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


def _plotted(findings: Mapping[Check, Finding]) -> dict[str, float | int | str]:
    numbers = {
        key: found.numbers[key] for check, found in findings.items() for key in check.plotted if key in found.numbers
    }
    return {key: number for key, number in numbers.items() if number != float("inf")}


def _data_version(partitions: Sequence[Partition]) -> dg.DataVersion:
    if len(partitions) == 1:
        return dg.DataVersion(partitions[0].plan.fingerprint)
    return dg.DataVersion(fingerprint([], [partition.plan.fingerprint for partition in partitions]))
