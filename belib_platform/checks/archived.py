"""What the assets of the archive report to Dagster: check results, then the output or a failure."""

from collections.abc import Iterator

import dagster as dg

from belib_platform.checks import archive
from belib_platform.checks.results import check_result
from belib_platform.raw.archive.due import Archived
from belib_platform.raw.archive.manifest import Chain
from belib_platform.raw.archive.retiring import Retired

Reported = dg.AssetCheckResult | dg.Output[None]


def reported(done: Archived, chain: Chain, seconds: float) -> Iterator[Reported]:
    """Yield every check of `archive_belib`, then its output.

    Raises dagster.Failure, without retries, when a file was not equal to raw or the manifest is broken.
    """
    for check in archive.CHECKS:
        yield check_result("archive_belib", check.name, check.judge(archive.ArchiveRun(done, chain)))
    broken = [*chain.broken, *done.unequal]
    if broken:
        raise dg.Failure("; ".join(map(str, broken)), allow_retries=False)
    yield dg.Output(None, metadata=_metadata(done, chain, seconds))


def reported_retired(done: Retired) -> Iterator[Reported]:
    """Yield the check of `retired_day`, then its output."""
    for check in archive.RETIRED_CHECKS:
        yield check_result("retired_day", check.name, check.judge(done))
    yield dg.Output(None, metadata={"retired_days": len(done.pages), "dagster/row_count": sum(done.pages.values())})


def _metadata(done: Archived, chain: Chain, seconds: float) -> dict[str, float | int | str]:
    size = sum(entry.bytes for entry in done.entries)
    return {
        "dagster/row_count": sum(entry.page_count for entry in done.entries),
        "days_archived": len(done.entries),
        "days_unchanged": len(done.unchanged),
        "days_compared": done.compared,
        "bytes": size,
        "compression_ratio": round(sum(entry.body_bytes for entry in done.entries) / size, 1) if size else 0.0,
        "seconds": round(seconds, 2),
        "chain_head": chain.head,
    }
